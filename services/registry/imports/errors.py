"""What can be wrong with a file as a whole."""

from shared.problems.language import Text
from shared.problems.problems import Problem


class UnreadableFile(Problem):
    """The file cannot be read as a table."""

    slug, status = "unreadable-file", 422
    title = Text(zh="文件无法读取", en="Unreadable file")
    detail = Text(zh="文件“{filename}”无法读取（{reason}）。", en="File '{filename}' cannot be read ({reason}).")


class MissingColumns(Problem):
    """The file's header lacks required columns."""

    slug, status = "missing-columns", 422
    title = Text(zh="文件缺少列", en="Missing columns")
    detail = Text(zh="文件缺少以下列：{columns}。", en="The file lacks these columns: {columns}.")


class FileTooLarge(Problem):
    """The file is larger than an import may be."""

    slug, status = "file-too-large", 413
    title = Text(zh="文件过大", en="File too large")
    detail = Text(zh="文件不能超过 {limit} 字节。", en="A file has at most {limit} bytes.")
