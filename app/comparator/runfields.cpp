// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/runfields.h"

namespace crossfade::runfields {

Result<void> begin(Database &db, const std::string &runId, const std::vector<MappedField> &compared)
{
    // One that found differences before fields were counted tells of none: they would be too few.
    const auto found = db.query("SELECT different, (SELECT count(*) FROM run_fields WHERE run_id = runs.id) FROM runs "
                                "WHERE id = ?",
                                {runId});
    if (!found) return fail(found.error());
    if (!found->empty() && found->front().integer(0) > 0 && found->front().integer(1) == 0) return {};
    for (std::size_t i = 0; i < compared.size(); ++i) {
        const auto noted = db.execute("INSERT INTO run_fields (run_id, field, place) VALUES (?, ?, ?) "
                                      "ON CONFLICT (run_id, field) DO NOTHING",
                                      {runId, compared[i].name, static_cast<std::int64_t>(i)});
        if (!noted) return fail(noted.error());
    }
    return {};
}

Result<void> add(Database &db, const std::string &runId, const std::map<std::string, Rows> &fields)
{
    for (const auto &[field, rows] : fields) {
        const auto added = db.execute("UPDATE run_fields SET different = different + ?, ignored = ignored + ? WHERE run_id "
                                      "= ? AND field = ?",
                                      {rows.different, rows.ignored, runId, field});
        if (!added) return fail(added.error());
    }
    return {};
}

Result<Json> json(Database &db, const std::string &runId, const CheckCounts &counts)
{
    const auto rows =
        db.query("SELECT field, different, ignored FROM run_fields WHERE run_id = ? ORDER BY place", {runId});
    if (!rows) return fail(rows.error());
    Json fields = Json::array();
    for (const SqlRow &row : *rows) {
        const CheckCounts field = countsOfField(counts, row.integer(1), row.integer(2));
        const std::optional<Percentage> rate = consistency(field);
        fields.push_back({{"field", row.text(0)},
                          {"compared", field.total()},
                          {"matched", field.matched},
                          {"different", field.different},
                          {"ignored", field.ignored},
                          {"consistency_percentage", rate ? Json(rate->percent()) : Json()}});
    }
    return fields;
}

Result<void> reset(Database &db, const std::string &runId)
{
    const auto done = db.execute("UPDATE run_fields SET different = 0, ignored = 0 WHERE run_id = ?", {runId});
    return done ? Result<void>() : fail(done.error());
}

} // namespace crossfade::runfields
