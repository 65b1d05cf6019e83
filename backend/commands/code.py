"""`code <staff id>`: a fresh binding code for one member, for instance after they changed their phone."""

from backend.composition import make_desk, opened
from backend.config import MissingError, Settings
from backend.services.staff import new_code


async def main(settings: Settings, arguments: list[str]) -> None:
    """Print the code; MissingError without a staff id or for one that nobody has."""
    if len(arguments) != 1:
        raise MissingError("用法：python -m backend code <工作人员编号>，例如 s-ah01-centre-1。")
    async with opened(settings) as store, store.write() as work:
        made = await new_code(make_desk(), work, arguments[0])
    if made is None:
        raise MissingError(f"没有编号为 {arguments[0]} 的工作人员。")
    member, code = made
    print(f"code {code}  {member.unit_name}  {member.name}")  # noqa: T201 - the code is shown once, here
