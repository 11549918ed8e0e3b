"""Compiles what the program imports of AWS's SDK, on all cores: else each process that rehearses does it.

The whole of it takes most of a minute; the parts that the program names, two seconds.
"""

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "platform" / "oneup"


def parts(program: Path, sdk: Path) -> list[Path]:
    """The folders of the SDK that are named in the program, such as ``ec2`` by ``aws.ec2.Vpc``."""
    texts = (file.read_text("utf-8") for file in sorted(program.rglob("*.py")))
    named = {name for text in texts for name in re.findall(r"\baws\.([a-z0-9]+)\.", text)}
    return [sdk / name for name in sorted(named) if (sdk / name).is_dir()]


def main() -> int:
    """Compile them; the exit status."""
    spec = find_spec("pulumi_aws")
    assert spec
    assert spec.origin
    sdk = Path(spec.origin).parent
    compile_all = [sys.executable, "-m", "compileall", "-q", "-j", "0"]
    done = [
        subprocess.run([*compile_all, *parts(PROGRAM, sdk)], check=False),
        subprocess.run([*compile_all, "-l", sdk], check=False),
    ]
    return max(each.returncode for each in done)


if __name__ == "__main__":
    sys.exit(main())
