"""What files and their cells have wrong, as whole sentences in both languages, by reason."""

from shared.problems.language import Text

FILE: dict[str, Text] = {
    "file_format_unknown": Text(
        zh="不支持“{format}”格式，请使用以下格式之一：{known}。",
        en="'{format}' is no format that is read here; use one of: {known}.",
    ),
    "file_not_its_name": Text(
        zh="文件内容与扩展名“{format}”不符。请用表格软件打开后另存为 xlsx，再上传。",
        en="The content is not what the ending '{format}' says. Open it in a spreadsheet program and save it as xlsx.",
    ),
    "file_password": Text(
        zh="文件设有打开密码。请取消密码后另存，再上传。",
        en="The file is protected by a password. Save it without one and send it again.",
    ),
    "file_unreadable": Text(
        zh="文件已损坏或结构不合规（{cause}）。请用表格软件打开后另存为 xlsx，再上传。",
        en="The file is damaged or not built as it should be ({cause}). Save it again as xlsx and send that.",
    ),
    "file_encoding": Text(
        zh="文字编码无法识别。请另存为 UTF-8 或 GB18030 编码。",
        en="The text encoding is not known. Save the file as UTF-8 or GB18030.",
    ),
    "file_empty": Text(zh="文件中没有数据行。", en="The file has no rows of data."),
    "file_too_many_rows": Text(
        zh="数据行超过 {max_rows} 行，请分成几个文件。", en="More than {max_rows} rows; split it."
    ),
    "file_too_many_columns": Text(
        zh="第 {row} 行超过 {max_columns} 列。请删去多余的列。",
        en="Row {row} has more than {max_columns} columns. Delete those that are not needed.",
    ),
    "file_too_large": Text(
        zh="文件展开后超过上限，请分成几个文件，或另存为 csv。",
        en="Unpacked, the file exceeds the limits. Split it, or save it as csv.",
    ),
    "file_too_slow": Text(
        zh="{seconds} 秒内未能读完文件，请分成几个文件。",
        en="The file was not read within {seconds} seconds; split it.",
    ),
    "file_too_much_memory": Text(
        zh="读取该文件所需内存超过上限，请分成几个文件，或另存为 csv。",
        en="Reading the file takes more memory than is allowed. Split it, or save it as csv.",
    ),
    "file_columns_duplicate": Text(
        zh="以下列表示同一项内容，请只保留一列：{columns}。",
        en="These columns hold the same field; keep one of them: {columns}.",
    ),
    "file_given_up": Text(
        zh="该文件 {attempts} 次处理均未完成，已停止。请联系管理员，或分成几个文件再导入。",
        en="The file was not finished in {attempts} attempts and was given up. Ask the administrator, or split it.",
    ),
}

ROW: dict[str, Text] = {
    "row_json_broken": Text(
        zh="第 {row} 行不是有效的 JSON（第 {column} 个字符处）。", en="Line {row} is no JSON (at character {column})."
    ),
    "row_not_object": Text(zh="第 {row} 行不是 JSON 对象。", en="Line {row} is no JSON object."),
    "row_key_twice": Text(zh="第 {row} 行的键“{key}”出现两次。", en="Line {row} has the key '{key}' twice."),
    "row_negative_zero": Text(
        zh="第 {row} 行“{key}”的值是负零，请写 0。", en="Line {row}: the value of '{key}' is a negative zero; write 0."
    ),
    "row_too_long": Text(zh="第 {row} 行超过 {max_bytes} 字节。", en="Line {row} has more than {max_bytes} bytes."),
}

CELL: dict[str, Text] = {
    "missing": Text(zh="{where}没有填写，此项必填。", en="{where} is empty, and needed."),
    "not_given": Text(
        zh="本行没有“{heading}”，此项必填。", en="The row has no value for '{heading}', which is needed."
    ),
    "formula": Text(
        zh="{where}是公式，但文件中没有它的计算结果。请用表格软件打开并保存，或粘贴为数值。",
        en="{where} is a formula whose result is not in the file. Open and save the file, or paste it as values.",
    ),
    "merged": Text(
        zh="{where}在合并单元格内，只有合并区域的第一行有值。请取消合并，在每一行填写。",
        en="{where} lies in a merged cell, whose value is in its first row alone. Unmerge it, and fill in each row.",
    ),
    "error": Text(zh="{where}是错误值 {code}，请改正公式。", en="{where} shows the error {code}; mend its formula."),
    "nested": Text(zh="{where}应是单个值，不能嵌套。", en="{where} must be a single value, not a nested one."),
    "text_expected": Text(zh="{where}的值“{value}”应是文字。", en="{where}: '{value}' should be text."),
    "code_is_number": Text(
        zh="{where}是数字“{value}”：表格软件对数字只保留 15 位，该代码的后几位已丢失。"
        "请把整列设为“文本”格式，再从原始资料重新填写代码。",
        en="{where} is a number, '{value}': a spreadsheet keeps 15 digits of a number, so the last digits of this code "
        "are lost. Set the whole column to text, then enter the codes again from their source.",
    ),
    "date_unknown": Text(
        zh="{where}的值“{value}”不是可识别的日期，请写成 2026-03-01 或 2026年3月1日。",
        en="{where}: '{value}' is no date that is understood; write 2026-03-01 or 2026年3月1日.",
    ),
    "date_not_in_calendar": Text(
        zh="{where}的值“{value}”不是日历上的日期。", en="{where}: '{value}' is not a day of the calendar."
    ),
    "count_unknown": Text(
        zh="{where}的值“{value}”不是整数，请只写数字，没有则写 0。",
        en="{where}: '{value}' is no whole number; write digits alone, 0 for none.",
    ),
    "degrees_unknown": Text(
        zh="{where}的值“{value}”不是经纬度，请写成 120.13,30.26（经度在前）。",
        en="{where}: '{value}' is no position; write 120.13,30.26, longitude first.",
    ),
    "half_position": Text(
        zh="{where}没有填写，经度和纬度应同时填写。", en="{where} is empty; give longitude and latitude together."
    ),
    "word_unknown": Text(
        zh="{where}的值“{value}”无法识别，请填写：{known}。",
        en="{where}: '{value}' is not known; write one of: {known}.",
    ),
    "division_name_unknown": Text(
        zh="{where}的值“{value}”不是可识别的行政区划，请填写六位代码或全称。",
        en="{where}: '{value}' is no division that is known; write its six digits or its full name.",
    ),
    "division_name_ambiguous": Text(
        zh="{where}的值“{value}”可指多个行政区划（{codes}），请填写代码。",
        en="{where}: '{value}' may be several divisions ({codes}); write the code.",
    ),
    "division_contradicts": Text(
        zh="{where}的值“{value}”中代码与名称不一致。",
        en="{where}: code and name in '{value}' are not the same division.",
    ),
    "division_outside_file": Text(
        zh="{where}的值“{value}”不在导入时指定的行政区划 {division} 之内。",
        en="{where}: '{value}' is not within {division}, the division given for the file.",
    ),
    "status_elsewhere": Text(
        zh="{where}写有“{value}”，但该列不是已识别的状态列。请把列标题改为“状态”后重新导入。",
        en="{where} says '{value}', but its column is not one that is known to hold the status. "
        "Name the column 状态 and import again.",
    ),
    "cell_beyond": Text(
        zh="第 {row} 行比标题行多出单元格 {cells}（“{value}”），各列可能已错位，本行未采用。"
        "含逗号的内容请加双引号，多余的内容请删去或加上列标题。",
        en="Row {row} has cells beyond the heading, {cells} ('{value}'): its columns may have slipped, so it was not "
        "taken. Put a value with a comma in double quotes; delete what is too much, or give it a heading.",
    ),
    "cell_unheaded": Text(
        zh="第 {row} 行单元格 {cells}（“{value}”）上方没有列标题，其内容未读取。如需读取，请加上列标题。",
        en="Row {row}: no heading stands above {cells} ('{value}'), so this was not read. Give it a heading if it is "
        "meant.",
    ),
    "code_repeated": Text(
        zh="{where}的代码“{value}”在文件中出现多次（第 {rows} 行），内容不同，均未采用。请只保留正确的一行。",
        en="{where}: the code '{value}' is in the file more than once (rows {rows}) with different content; none was "
        "taken. Keep the right row only.",
    ),
    "row_repeated": Text(
        zh="{where}的代码“{value}”与第 {rows} 行重复，内容相同，本行未采用。",
        en="{where}: the code '{value}' repeats row {rows} with the same content; this row was not taken.",
    ),
    "name_repeated": Text(
        zh="{where}的名称“{value}”在文件中出现多次（第 {rows} 行），内容不同，均未采用。请只保留正确的一行。",
        en="{where}: the name '{value}' is in the file more than once (rows {rows}) with different content; none was "
        "taken. Keep the right row only.",
    ),
    "name_row_repeated": Text(
        zh="{where}的名称“{value}”与第 {rows} 行重复，内容相同，本行未采用。",
        en="{where}: the name '{value}' repeats row {rows} with the same content; this row was not taken.",
    ),
    "number_repeated": Text(
        zh="{where}的编号“{value}”在文件中出现多次（第 {rows} 行），内容不同，均未采用。请只保留正确的一行。",
        en="{where}: the number '{value}' is in the file more than once (rows {rows}) with different content; none was "
        "taken. Keep the right row only.",
    ),
    "number_row_repeated": Text(
        zh="{where}的编号“{value}”与第 {rows} 行重复，内容相同，本行未采用。",
        en="{where}: the number '{value}' repeats row {rows} with the same content; this row was not taken.",
    ),
}
BESIDE = Text(zh="{where}的值“{value}”有误：{told}", en="{where}, '{value}': {told}")
"""A sentence about a field, with the cell in front."""
SKIPPED: dict[str, Text] = {
    "total": Text(zh="合计行", en="totals"),
    "closing": Text(zh="表尾", en="end of the form"),
    "note": Text(zh="说明文字", en="a note"),
    "numbering": Text(zh="栏号或单位行", en="column numbers or units"),
    "heading": Text(zh="重复的标题行", en="the heading again"),
    "empty": Text(zh="没有可用内容的行", en="nothing to read"),
}
NOTHING_WRITTEN = Text(
    zh="试运行：没有写入任何数据。若正式导入，将新增 {created} 条、变更 {changed} 条，{same} 条无变化，"
    "{refused} 条不予采用。",
    en="Dry run: nothing was written. A real import would create {created}, change {changed}, leave {same} as they are "
    "and refuse {refused}.",
)
WRITTEN = Text(
    zh="已新增 {created} 条、变更 {changed} 条，{same} 条无变化，{refused} 条未采用。",
    en="{created} created, {changed} changed, {same} as they were, {refused} refused.",
)
NOT_READ = Text(
    zh="{column} 列“{heading}”没有读取。它与“{known}”相近，如需读取请改用该标题。",
    en="Column {column} '{heading}' was not read. It is like '{known}': use that heading if it is meant.",
)
