// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/routes.h"
#include "app/comparator/rowjson.h"
#include "app/comparator/runstore.h"
#include "app/service/zones.h"
#include "models/consistency/checkfrequency.h"
#include "models/consistency/sampleinterval.h"

namespace crossfade {

namespace {

constexpr std::size_t MostChannels = 20;
constexpr const char *Select = "SELECT c.id, c.check_name, c.mapping_id, m.data_type, c.threshold, "
                               "c.active, c.created_at, c.updated_at, "
                               "c.version, (SELECT count(*) FROM differences d INDEXED BY "
                               "differences_open WHERE d.check_id = c.id "
                               "AND d.resolved = 0 AND d.state = 'CONFIRMED' AND d.ignored_by IS NULL), "
                               "c.frequency, c.next_run_at, c.sample_size, c.auto_repair_enabled, "
                               "c.notification_channels FROM checks c JOIN "
                               "mappings m ON m.id = c.mapping_id";

// Of whole runs only: what one that missed rows tells is a bound.
Result<Json> trend(Database &db, const std::string &checkId)
{
    const auto rows =
        db.query("SELECT ended_at, percentage FROM runs WHERE check_id = ? AND state = 'FINISHED' "
                 "AND scope = 'FULL' AND status <> 'PARTIAL' AND percentage IS NOT NULL ORDER BY "
                 "id DESC LIMIT 50",
                 {checkId});
    if (!rows) return fail(rows.error());
    Json items = Json::array();
    for (auto row = rows->rbegin(); row != rows->rend(); ++row)
        items.push_back(
            {{"at", timeOrNull(*row, 0)}, {"consistency_percentage", percentOrNull(*row, 1)}});
    return items;
}

Result<Json> lastRun(Database &db, const std::string &checkId)
{
    const auto rows = db.query("SELECT " + runColumns() +
                                   " FROM runs WHERE check_id = ? ORDER BY id DESC LIMIT 1",
                               {checkId});
    if (!rows) return fail(rows.error());
    return rows->empty() ? Json() : runRowJson(db, rows->front());
}

// What is known of the whole: the newest look at every row that came to an end, good or bad.
Result<Json> lastFullRun(Database &db, const std::string &checkId)
{
    const auto rows = db.query("SELECT " + runColumns() +
                                   " FROM runs WHERE check_id = ? AND scope = 'FULL' AND ended_at "
                                   "IS NOT NULL AND state <> 'CANCELLED' ORDER BY id DESC LIMIT 1",
                               {checkId});
    if (!rows) return fail(rows.error());
    return rows->empty() ? Json() : runRowJson(db, rows->front());
}

Result<Json> checkJson(Database &db, const SqlRow &row)
{
    const Result<Json> last = lastRun(db, row.text(0));
    if (!last) return fail(last.error());
    const Result<Json> full = lastFullRun(db, row.text(0));
    if (!full) return fail(full.error());
    const Result<Json> points = trend(db, row.text(0));
    if (!points) return fail(points.error());
    return Json{{"id", row.text(0)},
                {"check_name", row.text(1)},
                {"mapping_id", row.text(2)},
                {"data_type", row.text(3)},
                {"threshold_percentage", percentOrNull(row, 4)},
                {"active", row.integer(5) != 0},
                {"created_at", timeOrNull(row, 6)},
                {"updated_at", timeOrNull(row, 7)},
                {"version", row.integer(8)},
                {"open_differences", row.integer(9)},
                {"check_frequency", jsonOrNull(row, 10)},
                {"next_run_at", timeOrNull(row, 11)},
                {"sample_size", row.integer(12)},
                {"auto_repair_enabled", row.integer(13) != 0},
                {"notification_channels", jsonOrNull(row, 14)},
                {"last_run", *last},
                {"last_full_run", *full},
                {"trend", *points}};
}

Result<Json> loadJson(Database &db, const std::string &id)
{
    const auto rows = db.query(std::string(Select) + " WHERE c.id = ?", {id});
    if (!rows) return fail(rows.error());
    if (rows->empty()) return noSuch("check", id);
    return checkJson(db, rows->front());
}

// What audit keeps of a check: what somebody set.
Json settingsOf(const Json &check)
{
    Json result = Json::object();
    for (const char *name :
         {"id", "check_name", "mapping_id", "threshold_percentage", "active", "check_frequency", "sample_size",
          "auto_repair_enabled", "notification_channels", "version"})
        result[name] = check.at(name);
    return result;
}

struct CheckInput {
    std::string name;
    std::string mappingId;
    std::int64_t threshold = 9'950;
    bool active = true;
    std::optional<CheckFrequency> frequency;
    std::int64_t sampleSize = 1'000;
    bool autoRepair = false;
    std::vector<std::string> channels;
};

// What a PUT leaves out of these stays as it is: whoever does not know of them must not switch them off.
CheckInput automaticOf(const Json &before)
{
    CheckInput input;
    if (before.is_null()) return input;
    if (!before.at("check_frequency").is_null())
        input.frequency = checkFrequencyFromText(dumpJson(before.at("check_frequency")));
    input.sampleSize = before.at("sample_size").get<std::int64_t>();
    input.autoRepair = before.at("auto_repair_enabled").get<bool>();
    input.channels = before.at("notification_channels").get<std::vector<std::string>>();
    return input;
}

void readAutomatic(JsonReader &in, CheckInput &input)
{
    if (in.isNull("check_frequency") || in.has("check_frequency")) input.frequency = readCheckFrequency(in, zoneTable);
    input.sampleSize = in.optionalInteger("sample_size", 0, MostSampled).value_or(input.sampleSize);
    input.autoRepair = in.optionalBoolean("auto_repair_enabled").value_or(input.autoRepair);
    const bool named = in.has("notification_channels");
    std::vector<std::string> channels = in.optionalTexts("notification_channels", MostChannels, 200);
    if (named) input.channels = std::move(channels);
}

// When it runs by itself next, counted from now.
std::optional<std::int64_t> nextRunAt(const CheckInput &input, Instant now)
{
    if (!input.active || !input.frequency) return std::nullopt;
    const ZonePtr zone = input.frequency->at ? zoneTable(input.frequency->at->timeZone) : nullptr;
    const auto next = nextRunTime(*input.frequency, now, zone.get());
    return next ? std::optional(toMs(*next)) : std::nullopt;
}

SqlValue numberOrNull(const std::optional<std::int64_t> &value)
{
    return value ? SqlValue(*value) : SqlValue(nullptr);
}

SqlValue frequencyText(const CheckInput &input)
{
    return input.frequency ? SqlValue(dumpJson(checkFrequencyJson(*input.frequency))) : SqlValue(nullptr);
}

Result<CheckInput> readCheck(const HttpRequest &request, Database &db, const Json &before)
{
    const Result<Json> body = request.json();
    if (!body) return fail(body.error());
    JsonReader in(*body);
    in.ignore("reason");
    CheckInput input = automaticOf(before);
    input.name = in.name("check_name");
    input.mappingId = in.id("mapping_id");
    input.threshold = in.optionalPercentage("threshold_percentage")
                          .value_or(Percentage::fromHundredths(input.threshold))
                          .hundredths();
    input.active = in.optionalBoolean("active").value_or(true);
    readAutomatic(in, input);
    const std::optional<std::string> dataType = in.optionalText("data_type", 128);
    if (!input.mappingId.empty()) {
        const auto known =
            db.query("SELECT data_type FROM mappings WHERE id = ?", {input.mappingId});
        if (!known) return fail(known.error());
        if (known->empty())
            in.reject("mapping_id", "there is no mapping " + input.mappingId);
        else if (dataType && *dataType != known->front().text(0))
            in.reject("data_type", "is that of the mapping, " + known->front().text(0));
    }
    if (std::optional<Error> error = in.finish()) return fail(*error);
    return input;
}

Failure duplicateName(Error error)
{
    if (error.kind == ErrorKind::Conflict) error.message = "there is a check of this name already";
    return fail(std::move(error));
}

Result<HttpResponse> create(const HttpRequest &request, WriteTransaction &tx)
{
    const Result<CheckInput> input = readCheck(request, tx.db(), nullptr);
    if (!input) return fail(input.error());
    const std::string id = tx.newId();
    const std::int64_t now = toMs(tx.now());
    const auto done =
        tx.db().execute("INSERT INTO checks (id, check_name, mapping_id, threshold, active, "
                        "created_at, updated_at, version, frequency, next_run_at, sample_size, auto_repair_enabled, "
                        "notification_channels) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?)",
                        {id, input->name, input->mappingId, input->threshold,
                         std::int64_t{input->active}, now, now, frequencyText(*input),
                         numberOrNull(nextRunAt(*input, tx.now())), input->sampleSize, std::int64_t{input->autoRepair},
                         dumpJson(Json(input->channels))});
    if (!done) return duplicateName(done.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit({"check.create", "check", id, nullptr, settingsOf(*after), request.reason});
    return HttpResponse::object(*after, 1, 201);
}

Result<HttpResponse> replace(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    const std::int64_t version = before->at("version").get<std::int64_t>();
    if (Result<void> same = checkVersion(request, version); !same) return fail(same.error());
    const Result<CheckInput> input = readCheck(request, tx.db(), *before);
    if (!input) return fail(input.error());
    // A time that is due, or was missed, is not lost because something else is changed.
    const bool sameTimes = frequencyText(*input) == frequencyText(automaticOf(*before)) &&
                           Json(input->active) == before->at("active");
    const auto done = tx.db().execute(
        "UPDATE checks SET check_name = ?, mapping_id = ?, threshold = ?, active = ?, "
        "updated_at = ?, frequency = ?, next_run_at = CASE ? WHEN 1 THEN next_run_at ELSE ? END, sample_size = ?, "
        "auto_repair_enabled = ?, notification_channels = ?, version = version + 1 WHERE id = ?",
        {input->name, input->mappingId, input->threshold, std::int64_t{input->active},
         toMs(tx.now()), frequencyText(*input), std::int64_t{sameTimes}, numberOrNull(nextRunAt(*input, tx.now())),
         input->sampleSize, std::int64_t{input->autoRepair}, dumpJson(Json(input->channels)), id});
    if (!done) return duplicateName(done.error());
    const Result<Json> after = loadJson(tx.db(), id);
    if (!after) return fail(after.error());
    tx.audit(
        {"check.update", "check", id, settingsOf(*before), settingsOf(*after), request.reason});
    return HttpResponse::object(*after, version + 1);
}

// The check with all that belongs to it; in PostgreSQL nothing goes by itself.
Result<void> removeRows(Database &db, const std::string &id)
{
    const std::string ofItsRuns = " WHERE run_id IN (SELECT id FROM runs WHERE check_id = ?)";
    for (const std::string &rows : {"run_ids" + ofItsRuns, "run_fields" + ofItsRuns, "run_ignored" + ofItsRuns,
                                    "run_changes" + ofItsRuns, std::string("check_changes WHERE check_id = ?"),
                                    "candidates" + ofItsRuns, std::string("ignore_rules WHERE check_id = ?"),
                                    std::string("differences WHERE check_id = ?"),
                                    std::string("repairs WHERE check_id = ?"),
                                    std::string("runs WHERE check_id = ?"),
                                    std::string("checks WHERE id = ?")}) {
        if (auto done = db.execute("DELETE FROM " + rows, {id}); !done) return fail(done.error());
    }
    return {};
}

Result<HttpResponse> remove(const HttpRequest &request, WriteTransaction &tx)
{
    const std::string id = request.parameter("id");
    const Result<Json> before = loadJson(tx.db(), id);
    if (!before) return fail(before.error());
    if (Result<void> same = checkVersion(request, before->at("version").get<std::int64_t>()); !same)
        return fail(same.error());
    const auto busy = tx.db().query("SELECT (SELECT count(*) FROM runs WHERE check_id = ? AND "
                                    "state IN ('QUEUED', 'RUNNING', 'RECHECKING', "
                                    "'PAUSED')), (SELECT count(*) FROM repairs WHERE check_id = ? "
                                    "AND (status IN ('APPROVED', 'EXECUTING') OR undo_state IN ('REQUESTED', "
                                    "'EXECUTING')))",
                                    {id, id});
    if (!busy) return fail(busy.error());
    if (busy->front().integer(0) > 0)
        return fail(ErrorKind::Conflict, "a run of this check has not ended");
    if (busy->front().integer(1) > 0)
        return fail(ErrorKind::Conflict, "a repair of this check is being executed or undone");
    if (Result<void> gone = removeRows(tx.db(), id); !gone) return fail(gone.error());
    tx.audit({"check.delete", "check", id, settingsOf(*before), nullptr, request.reason});
    return HttpResponse::noContent();
}

Result<HttpResponse> listChecks(const HttpRequest &request, Database &db)
{
    const Result<PageRequest> page = pageRequest(request);
    if (!page) return fail(page.error());
    const auto total = db.query("SELECT count(*) FROM checks");
    if (!total) return fail(total.error());
    const auto rows = db.query(std::string(Select) + " WHERE c.id > ? ORDER BY c.id LIMIT ?",
                               {page->after.value_or(""), page->limit + 1});
    if (!rows) return fail(rows.error());
    return pageOfRows(*page, *rows, total->front().integer(0),
                      [&db](const SqlRow &row) { return checkJson(db, row); });
}

} // namespace

void addCheckRoutes(RouteTable &routes)
{
    const std::string all = "/api/v1/checks";
    const std::string one = all + "/{id}";
    routes.read("GET", all, rulesFor(Readers, {"limit", "cursor"}), listChecks);
    routes.write("POST", all, changeRules(Operators, false), create);
    routes.read("GET", one, rulesFor(Readers), [](const HttpRequest &request, Database &db) {
        return loadJson(db, request.parameter("id")).map([](const Json &check) {
            return HttpResponse::object(check, check.at("version").get<std::int64_t>());
        });
    });
    routes.write("PUT", one, changeRules(Operators, true), replace);
    routes.write("DELETE", one, changeRules(Operators, true), remove);
}

} // namespace crossfade
