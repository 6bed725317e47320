import pytest

from scripts.shop.checks import ADDRESSES, PIN


class TestAddresses:
    @pytest.mark.parametrize("line", ["https://pypi_org/simple", "path = _work/main", "cd _root/.cache"])
    def test_hosts_of_registries_and_paths_of_a_machine_are_found(self, line: str):
        """Written with gaps, so that the check does not find this file."""
        assert ADDRESSES.search(line.replace("pypi_", "pypi.").replace(" _", " /"))

    @pytest.mark.parametrize("line", ["repo/work/main", "${HOME}/work/", "docs/home/"])
    def test_paths_of_the_project_are_allowed(self, line: str):
        assert not ADDRESSES.search(line)


class TestPin:
    def test_name_and_version_are_read(self):
        lock = "django==5.2.19 \\\n    --hash=sha256:0==1\npywin32==312 ; sys_platform == 'win32' \\\n"

        assert PIN.findall(lock) == [("django", "5.2.19"), ("pywin32", "312")]
