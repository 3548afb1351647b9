// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The report of an import of rules.
#include "models/session/jsonread.h"
#include "models/session/rulesjson.h"

namespace crossfade {

namespace {

std::string joined(const std::vector<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

ImportLine changeLine(const Json &json)
{
    const bool create = jsonText(json, "action") == "CREATE";
    const std::string target = jsonText(json, "target_entity");
    const std::string platform = jsonText(json, "target_platform");
    return {create ? ImportLine::Kind::Create : ImportLine::Kind::Update, jsonInteger(json, "row"),
            jsonText(json, "config_name"),
            create ? (target.empty() ? platform : target + " \xE2\x86\x92 " + platform) : joined(jsonTexts(json, "fields"))};
}

template <class LineOf>
void addLines(const Json &list, ImportReport &report, LineOf lineOf)
{
    if (!list.is_array())
        return;
    for (const Json &json : list)
        report.lines.push_back(lineOf(json));
}

} // namespace

ImportReport importReportFromJson(const Json &json)
{
    ImportReport report;
    report.rows = jsonInteger(json, "rows");
    report.created = jsonInteger(json, "created");
    report.updated = jsonInteger(json, "updated");
    report.unchanged = jsonInteger(json, "unchanged");
    report.errors = jsonInteger(json, "errors_total");
    report.warnings = jsonInteger(json, "warnings_total");
    addLines(jsonAt(json, "errors"), report, [](const Json &one) {
        return ImportLine{ImportLine::Kind::Error, jsonInteger(one, "row"), jsonText(one, "column"),
                          jsonText(one, "message")};
    });
    addLines(jsonAt(json, "warnings"), report, [](const Json &one) {
        return ImportLine{ImportLine::Kind::Warning, jsonInteger(one, "row"), jsonText(one, "config_name"),
                          jsonText(one, "message")};
    });
    addLines(jsonAt(json, "changes"), report, changeLine);
    return report;
}

} // namespace crossfade
