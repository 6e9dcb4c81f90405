"""The tiny engine of the chaos tests."""

from tests.chaos.tiny import run

if __name__ == "__main__":
    run(owns_clickhouse=True)
