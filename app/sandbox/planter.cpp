// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/planter.h"

#include "app/sandbox/decompose.h"
#include "app/sandbox/files.h"
#include "app/sandbox/random.h"
#include "app/sandbox/schema.h"

#include <algorithm>
#include <array>
#include <filesystem>

namespace crossfade {

namespace {

constexpr std::int64_t FirstExtra = 9'000'000;
constexpr std::array<std::string_view, PlantKindCount> KindWords{
    "MISSING",      "EXTRA", "VALUE", "NULL_EMPTY", "TRAILING_SPACE",
    "UNICODE_FORM", "CASE",  "SCALE", "TIME_ZONE"};

struct Change {
    std::string field;
    SqlText value;
};

std::optional<Change> capitalised(const std::string &email)
{
    const auto letter = std::ranges::find_if(email, [](char c) { return c >= 'a' && c <= 'z'; });
    if (letter == email.end()) return std::nullopt;
    std::string changed = email;
    char &first = changed[static_cast<std::size_t>(letter - email.begin())];
    first = static_cast<char>(first - 'a' + 'A');
    return Change{"email", changed};
}

// LEGACY's wall time read as if it were UTC: "…T18:00:00+08:00" → "…T18:00:00.000Z".
std::optional<Change> otherZone(const std::string &legacyCreated)
{
    if (legacyCreated.size() != 25 || legacyCreated.ends_with("+00:00")) return std::nullopt;
    return Change{"created_at", legacyCreated.substr(0, 19) + ".000Z"};
}

std::string otherDepartment(const Samples &samples, const std::string &current)
{
    const auto found = std::ranges::find_if(
        samples.departments, [&](const std::string &department) { return department != current; });
    return found == samples.departments.end() ? current + " 2" : *found;
}

} // namespace

std::string_view plantKindWord(PlantKind kind)
{
    return KindWords[static_cast<std::size_t>(kind)];
}

std::optional<PlantKind> plantKindFromWord(std::string_view word)
{
    const auto found = std::ranges::find(KindWords, word);
    if (found == KindWords.end()) return std::nullopt;
    return static_cast<PlantKind>(found - KindWords.begin());
}

Json plantedJson(const Planted &planted)
{
    return {{"entity_id", planted.entityId},
            {"kind", plantKindWord(planted.kind)},
            {"field", planted.field.empty() ? Json() : Json(planted.field)}};
}

struct Planter::Session {
    std::unique_ptr<SqlConnection> legacy;
    std::unique_ptr<SqlConnection> newer;
};

Planter::Planter(Options options, const Samples &samples, const People &people)
    : m_options(std::move(options))
    , m_samples(samples)
    , m_people(people)
{
}

Result<void> Planter::loadState()
{
    if (std::exchange(m_loaded, true) || !std::filesystem::exists(m_options.stateFile)) return {};
    const Result<std::string> text = readTextFile(m_options.stateFile);
    if (!text) return fail(text.error());
    const Result<Json> json = parseJson(*text);
    if (!json || !json->is_object()) return fail(ErrorKind::Malformed, m_options.stateFile);
    JsonReader in(*json);
    m_extras = in.integer("extras", 0, 900'000);
    for (std::string &id : in.optionalTexts("used", 2'000'000, 100))
        m_used.insert(std::move(id));
    return {};
}

Result<void> Planter::saveState() const
{
    return writePrivateFile(m_options.stateFile,
                            dumpJson({{"extras", m_extras}, {"used", Json(m_used)}}));
}

Result<std::vector<Planted>> Planter::plant(std::int64_t count, std::vector<PlantKind> kinds,
                                            std::uint64_t seed)
{
    if (const Result<void> loaded = loadState(); !loaded) return fail(loaded.error());
    if (kinds.empty()) {
        for (std::size_t i = 0; i < PlantKindCount; ++i)
            kinds.push_back(static_cast<PlantKind>(i));
    }
    Session session;
    auto legacy = SqlConnection::open(m_options.legacy);
    if (!legacy) return fail(legacy.error());
    auto newer = SqlConnection::open(m_options.newPlatform);
    if (!newer) return fail(newer.error());
    session = {std::move(*legacy), std::move(*newer)};

    const auto usedBefore = m_used;
    const std::int64_t extrasBefore = m_extras;
    // IMMEDIATE: the writer's next row waits for us instead of failing us at the first change.
    const auto begun =
        session.newer->run(session.newer->isPostgres() ? "BEGIN" : "BEGIN IMMEDIATE");
    if (!begun) return fail(begun.error());
    Result<std::vector<Planted>> planted = plantAll(session, count, kinds, seed);
    // Written first: a crash in between costs users that are never planted into, not a double
    // fault.
    Result<void> saved = planted ? saveState() : Result<void>();
    if (planted && saved) {
        const auto committed = session.newer->run("COMMIT");
        if (committed) return planted;
        planted = fail(committed.error());
    }
    session.newer->run("ROLLBACK");
    m_used = usedBefore;
    m_extras = extrasBefore;
    return planted ? Result<std::vector<Planted>>(fail(saved.error())) : planted;
}

Result<std::vector<Planted>> Planter::plantAll(Session &session, std::int64_t count,
                                               const std::vector<PlantKind> &kinds,
                                               std::uint64_t seed)
{
    std::vector<Planted> planted;
    SeededRandom random(seed, 13, 0);
    const std::int64_t mostTries = 200 * count + 10'000;
    for (std::int64_t tries = 0; std::ssize(planted) < count; ++tries) {
        if (tries > mostTries)
            return fail(ErrorKind::Conflict, "too few users are left that could be changed so");
        const PlantKind kind = kinds[planted.size() % kinds.size()];
        const auto number = 1 + static_cast<std::int64_t>(
                                    random.below(static_cast<std::uint64_t>(m_options.users)));
        const auto one = plantInto(session, kind, number);
        if (!one) return fail(one.error());
        if (*one) planted.push_back(**one);
    }
    return planted;
}

Result<std::optional<Planted>> Planter::plantInto(Session &session, PlantKind kind,
                                                  std::int64_t number)
{
    if (kind == PlantKind::Extra) {
        Result<Planted> extra = addExtra(session);
        if (!extra) return fail(extra.error());
        return std::optional<Planted>(std::move(*extra));
    }
    const std::string id = userId(number);
    if (isRewritten(number) || m_used.contains(id)) return std::nullopt;
    auto planted = change(session, kind, id);
    if (planted && *planted) m_used.insert(id);
    return planted;
}

Result<Planted> Planter::addExtra(Session &session)
{
    const std::int64_t number = FirstExtra + ++m_extras;
    const Person person = m_people.person(number);
    std::vector<SqlText> row = newRow(person);
    const auto inserted = session.newer->run(insertStatement(newSchema()), row);
    if (!inserted) return fail(inserted.error());
    m_used.insert(person.id);
    return Planted{person.id, PlantKind::Extra, {}};
}

Result<std::optional<Planted>> Planter::change(Session &session, PlantKind kind,
                                               const std::string &id)
{
    const auto legacy = session.legacy->run("SELECT created FROM users WHERE user_id = $1", {id});
    if (!legacy) return fail(legacy.error());
    const auto newer = session.newer->run("SELECT email, display_name, phone, legal_name, "
                                          "department, credit FROM accounts WHERE id = $1",
                                          {id});
    if (!newer) return fail(newer.error());
    if (legacy->rows.empty() || newer->rows.empty()) return std::nullopt;
    const auto &row = newer->rows.front();
    const std::string name = row[1].value_or("");

    if (kind == PlantKind::Missing) {
        const auto removed = session.newer->run("DELETE FROM accounts WHERE id = $1", {id});
        if (!removed) return fail(removed.error());
        return Planted{id, kind, {}};
    }
    std::optional<Change> change;
    switch (kind) {
    case PlantKind::Missing:
    case PlantKind::Extra:
        break;
    case PlantKind::Value:
        change = Change{"department", otherDepartment(m_samples, row[4].value_or(""))};
        break;
    case PlantKind::NullEmpty:
        if (!row[2])
            change = Change{"phone", ""};
        else if (!row[3])
            change = Change{"legal_name", ""};
        break;
    case PlantKind::TrailingSpace:
        change = Change{"display_name", name + " "};
        break;
    case PlantKind::UnicodeForm:
        if (const auto apart = decomposeOne(name)) change = Change{"display_name", *apart};
        break;
    case PlantKind::Case:
        change = capitalised(row[0].value_or(""));
        break;
    case PlantKind::Scale:
        if (row[5]) change = Change{"credit", *row[5] + "4"};
        break;
    case PlantKind::TimeZone:
        change = otherZone(legacy->rows[0][0].value_or(""));
        break;
    }
    if (!change) return std::nullopt;
    const auto updated = session.newer->run(
        "UPDATE accounts SET " + change->field + " = $1 WHERE id = $2", {change->value, id});
    if (!updated) return fail(updated.error());
    return Planted{id, kind, change->field};
}

} // namespace crossfade
