"""The questionnaire that asks for a photo and a place, as the rows of its XLSForm."""

_LABELS = ("label::中文 (zh)", "label::English (en)")
BINS = {
    "survey": [
        ["type", "name", *_LABELS, "required"],
        ["select_one yn", "consent", "愿意说说家门口的桶吗？", "Tell us about your bin?", "yes"],
        ["image", "bin", "拍一张桶", "Take a photo of the bin", ""],
        ["geopoint", "where", "桶在哪个村或社区？", "In which village is it?", "yes"],
        ["select_one state", "state", "桶怎么样？", "What state is it in?", "yes"],
    ],
    "choices": [
        ["list_name", "name", *_LABELS],
        ["yn", "yes", "愿意", "Yes"],
        ["yn", "no", "不愿意", "No"],
        ["state", "good", "好用", "Good"],
        ["state", "full", "常常满", "Often full"],
        ["state", "broken", "坏了", "Broken"],
    ],
    "settings": [["form_title", "form_id", "version"], ["桶在哪里（演示）", "bins", "1"]],
}
STATES = ("good", "full", "broken")
