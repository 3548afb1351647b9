// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Changes two databases at random and says what a two-way sync has to make of it: it knows nothing of the comparator
// and is linked with nothing of it. The tables are people (id, name, email, at) and journal (id), where triggers note
// each row that anybody writes.
//
// Arguments: the file of what it knows, kind and place of LEGACY, of NEW, then
//   held SEED COUNT POOL   changes while nothing is synced: the same fields, deletions, all of it on both sides
//   live SEED COUNT POOL   changes while the sync runs: each field of an entity on one side only, so that the outcome
//                          does not depend on when the sync looks
//   verify POLICY          both sides against the merge; prints what is wrong and exits with 1, or what there was,
//                          and takes that for what both sides are to hold from now on
// POLICY is LEGACY, NEW, NEWER, or OWNER: names belong to LEGACY, e-mails to NEW, rows to LEGACY.
#include "tests/services/comparator/reference/database.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <sstream>
#include <thread>

namespace {

constexpr std::size_t Sides = 2; // LEGACY, NEW
constexpr std::size_t Fields = 2;
constexpr std::array<const char *, Fields> Columns{"name", "email"};
constexpr int MostTold = 20;
constexpr int LiveASecond = 500;

using Values = std::array<std::string, Fields>;
using Row = std::optional<Values>;

struct Entity {
    Row base; // what both sides held when they were last verified
    std::array<Row, Sides> now;
    std::array<long long, Sides> at{}; // when the row there was last changed; NEWER compares it
    std::array<int, Sides> own{};      // writes of this program
};
using Entities = std::map<std::string, Entity>;

// The model, as a text of words.
struct Memory {
    bool live = false;
    long long clock = 0; // milliseconds, never the same twice
    long long changes = 0;
    long long conflicts = 0;
    long long carried = 0;
    Entities entities;
};

void writeRow(std::ostream &out, const Row &row)
{
    out << ' ' << row.has_value();
    if (row) out << ' ' << (*row)[0] << ' ' << (*row)[1];
}

Row readRow(std::istream &in)
{
    bool there = false;
    in >> there;
    if (!there) return {};
    Values values;
    in >> values[0] >> values[1];
    return values;
}

void save(const Memory &memory, const std::string &file)
{
    std::ofstream out(file);
    out << memory.live << ' ' << memory.clock << ' ' << memory.changes << ' ' << memory.conflicts << ' '
        << memory.carried << ' ' << memory.entities.size() << '\n';
    for (const auto &[id, entity] : memory.entities) {
        out << id;
        writeRow(out, entity.base);
        for (std::size_t side = 0; side < Sides; ++side) {
            writeRow(out, entity.now[side]);
            out << ' ' << entity.at[side] << ' ' << entity.own[side];
        }
        out << '\n';
    }
    if (!out.flush()) throw std::runtime_error("cannot write " + file);
}

Memory load(const std::string &file)
{
    Memory memory;
    std::ifstream in(file);
    std::size_t count = 0;
    if (!(in >> memory.live >> memory.clock >> memory.changes >> memory.conflicts >> memory.carried >> count))
        return memory;
    for (std::size_t i = 0; i < count; ++i) {
        std::string id;
        in >> id;
        Entity &entity = memory.entities[id];
        entity.base = readRow(in);
        for (std::size_t side = 0; side < Sides; ++side) {
            entity.now[side] = readRow(in);
            in >> entity.at[side] >> entity.own[side];
        }
    }
    if (!in) throw std::runtime_error("cannot read " + file);
    return memory;
}

using Databases = std::array<std::unique_ptr<ReferenceDatabase>, Sides>;

std::string timeText(long long milliseconds)
{
    const std::time_t seconds = milliseconds / 1'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d %02d:%02d:%02d.%03lld", parts.tm_year + 1900,
                  parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds % 1'000);
    return text.data();
}

long long timeOf(const std::string &text)
{
    std::tm parts{};
    int milliseconds = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%d %d:%d:%d.%3d", &parts.tm_year, &parts.tm_mon, &parts.tm_mday,
                    &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &milliseconds) < 6)
        throw std::runtime_error("no time: " + text);
    parts.tm_year -= 1900;
    parts.tm_mon -= 1;
    return timegm(&parts) * 1'000 + milliseconds;
}

class Changer {
public:
    Changer(Memory &memory, Databases &databases, unsigned seed, std::size_t pool)
        : m_memory(memory)
        , m_databases(databases)
        , m_random(seed)
        , m_pool(pool)
    {
    }

    void held(int count)
    {
        begin(false);
        for (std::size_t side = 0; side < Sides; ++side) {
            m_databases[side]->run("BEGIN");
            for (int i = 0; i < count / 2; ++i)
                anyChange(side, "u" + std::to_string(below(m_pool)));
            m_databases[side]->run("COMMIT");
        }
    }

    void live(int count)
    {
        begin(true);
        const std::size_t turn = below(3);
        const auto began = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) {
            const std::size_t number = below(m_pool);
            const std::string id = "u" + std::to_string(number);
            // Whose an entity is in this round: all of it one side's, or a field each.
            const std::size_t owner = (number + turn) % 3;
            const std::size_t side = below(Sides);
            if (owner < Sides) anyChange(owner, id);
            else if (m_memory.entities[id].base) setField(side, id, side);
            std::this_thread::sleep_until(began + std::chrono::milliseconds(1'000LL * i / LiveASecond));
        }
    }

private:
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(m_random); }
    // The change times are read, since a row that the sync inserted has that of the row it comes from.
    void begin(bool live)
    {
        m_memory.live = live;
        for (auto &[id, entity] : m_memory.entities)
            entity.own = {};
        for (std::size_t side = 0; side < Sides; ++side) {
            ReferenceDatabase &db = *m_databases[side];
            for (const ReferenceDatabase::Row &row : db.query("SELECT id, " + db.atText() + " FROM people"))
                m_memory.entities[row[0]].at[side] = timeOf(row[1]);
            db.run("DELETE FROM journal");
        }
    }

    void anyChange(std::size_t side, const std::string &id)
    {
        if (!m_memory.entities[id].now[side]) return insert(side, id);
        if (below(12) == 0) return remove(side, id);
        setField(side, id, below(Fields));
    }

    // Few values, so that both sides often come to the same one, or back to what there was.
    std::string value() { return "v" + std::to_string(below(6)); }

    void insert(std::size_t side, const std::string &id)
    {
        const Values values{value(), value()};
        const std::string at = note(side, id);
        m_databases[side]->run("INSERT INTO people (id, name, email, at) VALUES ('" + id + "', '" + values[0] + "', '" +
                               values[1] + "', '" + at + "')");
        m_memory.entities[id].now[side] = values;
    }
    void remove(std::size_t side, const std::string &id)
    {
        note(side, id);
        m_databases[side]->run("DELETE FROM people WHERE id = '" + id + "'");
        m_memory.entities[id].now[side].reset();
    }
    void setField(std::size_t side, const std::string &id, std::size_t field)
    {
        const std::string text = value();
        const std::string at = note(side, id);
        m_databases[side]->run("UPDATE people SET " + std::string(Columns[field]) + " = '" + text + "', at = '" + at +
                               "' WHERE id = '" + id + "'");
        (*m_memory.entities[id].now[side])[field] = text;
    }
    // Counts a change; its time.
    std::string note(std::size_t side, const std::string &id)
    {
        const auto now = std::chrono::system_clock::now().time_since_epoch();
        const long long milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
        m_memory.clock = std::max(m_memory.clock + 1, milliseconds);
        Entity &entity = m_memory.entities[id];
        ++entity.own[side];
        entity.at[side] = m_memory.clock;
        ++m_memory.changes;
        return timeText(m_memory.clock);
    }

    Memory &m_memory;
    Databases &m_databases;
    std::mt19937 m_random;
    std::size_t m_pool;
};

// What an entity has to be in the end on both sides.
class Reference {
public:
    explicit Reference(std::string policy)
        : m_policy(std::move(policy))
    {
    }

    Row merged(const Entity &entity)
    {
        const Row &legacy = entity.now[0], &fresh = entity.now[1];
        if (legacy == fresh) return legacy;
        if (legacy == entity.base) return fresh;
        if (fresh == entity.base) return legacy;
        if (!legacy || !fresh) {
            ++m_conflicts;
            return rowWinner(legacy ? 0 : 1) == 0 ? legacy : fresh;
        }
        Values values;
        for (std::size_t i = 0; i < Fields; ++i) {
            const bool byLegacy = !entity.base || (*legacy)[i] != (*entity.base)[i];
            const bool byNew = !entity.base || (*fresh)[i] != (*entity.base)[i];
            const bool differ = byLegacy && byNew && (*legacy)[i] != (*fresh)[i];
            const std::size_t side = differ ? fieldWinner(entity, i) : byNew ? 1 : 0;
            values[i] = side == 0 ? (*legacy)[i] : (*fresh)[i];
        }
        return values;
    }
    int conflicts() const { return m_conflicts; }

private:
    // One side deleted the row, `there` has changed it: nothing newer than that is known.
    std::size_t rowWinner(std::size_t there) const
    {
        if (m_policy == "NEWER") return there;
        return m_policy == "NEW" ? 1 : 0;
    }
    std::size_t fieldWinner(const Entity &entity, std::size_t field)
    {
        ++m_conflicts;
        if (m_policy == "NEWER") return entity.at[0] > entity.at[1] ? 0 : 1;
        if (m_policy == "OWNER") return field;
        return m_policy == "NEW" ? 1 : 0;
    }

    std::string m_policy;
    int m_conflicts = 0;
};

std::string text(const Row &row)
{
    return row ? (*row)[0] + "/" + (*row)[1] : "no row";
}

bool verify(Memory &memory, Databases &databases, const std::string &policy)
{
    std::array<std::map<std::string, Values>, Sides> rows;
    std::array<std::map<std::string, int>, Sides> written;
    for (std::size_t side = 0; side < Sides; ++side) {
        for (const auto &row : databases[side]->query("SELECT id, name, email FROM people")) {
            rows[side][row[0]] = {row[1], row[2]};
            memory.entities[row[0]]; // a stranger, too, is looked at
        }
        for (const auto &row : databases[side]->query("SELECT id, count(*) FROM journal GROUP BY id")) {
            written[side][row[0]] = std::stoi(row[1]);
            memory.entities[row[0]];
        }
    }
    Reference reference(policy);
    int wrong = 0;
    const auto complain = [&](const std::string &id, std::size_t side, const std::string &what) {
        if (++wrong <= MostTold) std::printf("%s in %s: %s\n", id.c_str(), side == 0 ? "LEGACY" : "NEW", what.c_str());
    };
    for (auto &[id, entity] : memory.entities) {
        const Row expected = reference.merged(entity);
        for (std::size_t side = 0; side < Sides; ++side) {
            const auto found = rows[side].find(id);
            const Row row = found == rows[side].end() ? Row() : Row(found->second);
            if (row != expected)
                complain(id, side, text(row) + " instead of " + text(expected) + "; it was " + text(entity.base) +
                                       ", LEGACY made it " + text(entity.now[0]) + ", NEW " + text(entity.now[1]));
            // Each change once on the other side, none on its own.
            const int writes = written[side][id] - entity.own[side];
            const int least = entity.now[side] != expected;
            const int most = memory.live ? entity.own[1 - side] : least;
            if (writes < least || writes > most)
                complain(id, side, "written " + std::to_string(writes) + " times instead of " + std::to_string(least) +
                                       " to " + std::to_string(most));
            memory.carried += writes;
        }
        entity.base = entity.now[0] = entity.now[1] = expected;
    }
    if (wrong > MostTold) std::printf("and %d more\n", wrong - MostTold);
    memory.conflicts += reference.conflicts();
    std::printf("%lld changes of %zu entities, %lld conflicts, %lld writes by the sync\n", memory.changes,
                memory.entities.size(), memory.conflicts, memory.carried);
    return wrong == 0;
}

int run(const std::vector<std::string> &words)
{
    if (words.size() < 7) throw std::runtime_error("arguments are missing");
    Memory memory = load(words[0]);
    Databases databases{openReferenceDatabase(words[1], words[2]), openReferenceDatabase(words[3], words[4])};
    bool good = true;
    if (words[5] == "verify") {
        good = verify(memory, databases, words[6]);
    } else {
        if (words.size() != 9) throw std::runtime_error("SEED, COUNT, POOL");
        Changer changer(memory, databases, static_cast<unsigned>(std::stoul(words[6])), std::stoul(words[8]));
        if (words[5] == "held") changer.held(std::stoi(words[7]));
        else changer.live(std::stoi(words[7]));
    }
    if (good) save(memory, words[0]);
    return good ? 0 : 1;
}

} // namespace

int main(int argc, char **argv)
try {
    return run({argv + 1, argv + argc});
} catch (const std::exception &problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
}
