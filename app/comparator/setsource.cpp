// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/setsource.h"

#include "models/consistency/memberset.h"

#include <algorithm>
#include <map>

namespace crossfade {

namespace {

constexpr std::size_t LargestSet = 4 << 20; // bytes of members

// The members of one entity, row by row.
class Collected {
public:
    explicit Collected(std::string key = {})
        : m_key(std::move(key))
    {
    }
    const std::string &key() const { return m_key; }
    bool isEmpty() const { return m_members.empty(); }
    Result<void> add(KeyedRow &row)
    {
        if (row.cells.empty() || !row.cells.front()) return {}; // NULL is no member; it is counted as unreadable
        m_bytes += row.cells.front()->size() + sizeof(std::string);
        if (m_bytes > LargestSet)
            return fail(ErrorKind::Conflict, "the set of " + m_key + " has more than " +
                                                 std::to_string(LargestSet >> 20) + " MiB of members");
        m_members.push_back(std::move(*row.cells.front()));
        // As the database writes it down; what counts is whether it is another one than before.
        if (row.changed && (!m_changed || *m_changed < *row.changed)) m_changed = std::move(row.changed);
        return {};
    }
    KeyedRow take()
    {
        return {std::move(m_key), {Cell(membersCell(std::move(m_members)))}, std::move(m_changed)};
    }

private:
    std::string m_key;
    std::vector<std::string> m_members;
    std::size_t m_bytes = 0;
    Cell m_changed;
};

// Rows of one key come one after the other.
class SetStream : public RowStream {
public:
    explicit SetStream(std::unique_ptr<RowStream> rows)
        : m_rows(std::move(rows))
    {
    }
    Result<bool> next(KeyedRow &row) override
    {
        for (;;) {
            if (!m_waiting && !m_ended) {
                const Result<bool> more = m_rows->next(m_row);
                if (!more) return more;
                m_ended = !*more;
                m_waiting = *more;
            }
            if (!m_waiting) return false;
            Collected set(m_row.key);
            if (Result<void> whole = collect(set); !whole) return fail(whole.error());
            if (set.isEmpty()) continue;
            row = set.take();
            return true;
        }
    }

private:
    Result<void> collect(Collected &set)
    {
        while (m_waiting && m_row.key == set.key()) {
            if (Result<void> added = set.add(m_row); !added) return added;
            const Result<bool> more = m_rows->next(m_row);
            if (!more) return fail(more.error());
            m_ended = !*more;
            m_waiting = *more;
        }
        return {};
    }

    std::unique_ptr<RowStream> m_rows;
    KeyedRow m_row;
    bool m_waiting = false; // m_row is of the next set
    bool m_ended = false;
};

} // namespace

SetSource::SetSource(Source &rows, TableView members)
    : m_rows(rows)
    , m_members(std::move(members))
{
}

Result<std::unique_ptr<RowStream>> SetSource::stream(const TableView &view, const std::optional<std::string> &after,
                                                     std::optional<std::int64_t> last)
{
    Result<std::unique_ptr<RowStream>> rows = m_rows.stream(view, after, last);
    if (!rows) return rows;
    return std::make_unique<SetStream>(std::move(*rows));
}

Result<std::vector<SourceRow>> SetSource::fetch(const TableView &view, const std::vector<std::string> &keys)
{
    Result<std::vector<SourceRow>> rows = m_rows.fetch(view, keys);
    if (!rows) return rows;
    std::map<std::string, Collected> sets;
    for (SourceRow &row : *rows) {
        const auto set = sets.try_emplace(row.row.key, row.row.key).first;
        if (Result<void> added = set->second.add(row.row); !added) return fail(added.error());
    }
    std::vector<SourceRow> found;
    for (auto &[key, set] : sets) {
        if (!set.isEmpty()) found.push_back({set.take(), "t"});
    }
    return found;
}

Result<std::int64_t> SetSource::change(const SqlStatement &, const MayCommit &)
{
    return fail(ErrorKind::Internal, "sets are written member by member");
}

} // namespace crossfade
