// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/consistency/keyhash.h"
#include "models/consistency/keyrange.h"
#include "models/consistency/mapping.h"
#include "models/consistency/merge.h"
#include "models/consistency/row.h"
#include "models/core/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

enum class SourceKind { Sqlite, Postgres, Mariadb }; // the last one MySQL too
std::string_view sourceKindWord(SourceKind kind);
std::optional<SourceKind> sourceKindFromWord(std::string_view word);

// Where the password stands on the service's machine; the password itself is nowhere else.
struct SecretReference {
    bool fromFile = false; // else an environment variable
    std::string name;
};

struct SourceSettings {
    SourceKind kind = SourceKind::Sqlite;
    std::string location; // a file, or a postgresql or mariadb URL without a password
    std::optional<SecretReference> secret;
    std::chrono::seconds connectTimeout{5};
    std::chrono::seconds statementTimeout{60};
};

// The columns of one table that are read: key, compared fields, change column.
struct TableView {
    std::string table; // MappedTable::relation()
    std::string key;
    KeyKind keyKind = KeyKind::Text;
    std::vector<std::string> columns;
    std::optional<std::string> changedColumn;
    std::vector<MappedField> fields = {}; // what the columns are compared as; empty: nothing is digested
    std::vector<std::string> moreKeys = {}; // of a composite key, whose rows have a joinedKey()
    bool set = false; // of sets: a key has many rows, each with one member, the only column; told one after the other

    std::vector<std::string> keyColumns() const;
};
TableView tableView(const Mapping &mapping, Platform side);
// The same with nothing but the key, and the change column.
TableView keysOf(TableView view);
// The same with what tells its rows apart as the key: of sets the member, too.
TableView rowView(const Mapping &mapping, Platform side);
// Of sets: of the single rows, whose key is the entity's and the member, and whose only column is that.
TableView memberView(const Mapping &mapping, Platform side);

// A row with the storage class of each cell, so that a condition on what was seen compares like with
// like: integer, real (f: of single precision), text, binary, null (i, r, f, t, b, n). SQLite has one
// for each value, MariaDB by the column; PostgreSQL writes all down as text (t, n).
struct SourceRow {
    KeyedRow row;
    std::string storage;
};

struct SqlParameter {
    Cell value;
    char storage = 't';
};
struct SqlStatement {
    std::string sql;
    std::vector<SqlParameter> parameters;
    // Of an insert: where in `sql` the places of its row stand, so that others may stand behind it; 0: nowhere.
    std::size_t rowAt = 0;
    std::size_t rowSize = 0;
};

// A place in a change column: the rows from that value on; with a key, those after the row of that key.
struct ChangePlace {
    std::string value;
    char storage = 't';
    std::optional<std::string> key;
};

struct RowWrite {
    std::string key;
    SqlStatement statement;
};
struct WrittenRow {
    std::int64_t changed = 0;
    std::optional<SourceRow> now; // the row as it stood in the same transaction; none: no row
};

// The function behind the digests of rows. Both sides of a check use the same one.
enum class DigestKind {
    Md5,  // half of it, over the texts of appendDigestText()
    Hash, // PostgreSQL's own 64 bits over the text of the row: not of its values, of which 1 and 2^32,
          // or 5 and -5, have the same
};

// Which keys are in a sample: those of which h(seed, key) is at most `bound`, where h are the first 60 bits of the md5 of
// sampleText() and the key's text, in UTF-8. Both sides choose by the same formula: a key that only one of them has is in
// the sample as likely as any other.
struct SamplePick {
    std::int64_t seed = 0;
    std::int64_t bound = 0;
    std::int64_t most = 0; // keys; Conflict beyond
};
std::string sampleText(std::int64_t seed); // what stands before the key
Failure tooManySampled();

// One connection to a database under comparison. Used by one thread at a time; every call ends
// within the settings' times.
class Source {
public:
    virtual ~Source() = default;
    virtual Result<std::string> serverVersion() = 0;
    // Empty: no such table. Of a query (isQueryRelation()) nothing is unique, and Invalid what is no single query that
    // can stand where a table does.
    virtual Result<std::vector<Column>> columns(const std::string &table) = 0;
    // A key that stands in more than one row. All rows are looked at, by the database.
    virtual Result<std::optional<std::string>> repeatedKey(const TableView &view) = 0;
    struct Size {
        std::int64_t rows = 0;
        std::int64_t withoutKey = 0; // rows whose key is NULL
    };
    virtual Result<Size> size(const TableView &view) = 0;
    // The rows after `after` in the order of their keys, from one snapshot, in bounded memory. One
    // stream at a time; it must go away before its source. `last`, of whole keys: rows beyond it are of no
    // use, and a source that could not be used any more once a stream is left before its end ends it there.
    virtual Result<std::unique_ptr<RowStream>> stream(const TableView &view, const std::optional<std::string> &after,
                                                      std::optional<std::int64_t> last) = 0;
    // Whether this database can digest rows of the view by itself, without missing any.
    virtual Result<bool> digests(const TableView &) { return false; }
    // If so: the least key that is not less; each segment of a range that has rows, of those in `only`;
    // the rows of some ranges. In order.
    virtual Result<std::optional<std::int64_t>> firstKey(const TableView &, std::int64_t)
    {
        return std::optional<std::int64_t>();
    }
    virtual Result<std::vector<SegmentDigest>> segments(const TableView &, DigestKind, const KeyRange &,
                                                        const std::vector<KeyRange> & /*only*/)
    {
        return std::vector<SegmentDigest>();
    }
    virtual Result<std::vector<RowDigest>> rowDigests(const TableView &, DigestKind,
                                                      const std::vector<KeyRange> &)
    {
        return std::vector<RowDigest>();
    }
    // The same by the hash of a key's text, where it is no whole number. Each question reads the keys of
    // the whole table. Whether this database can; each cell that has rows, in order, by its distance from
    // the part's first; the rows of some cells, in any order.
    virtual Result<bool> hashesKeys(const TableView &) { return false; }
    virtual Result<std::vector<SegmentDigest>> hashCells(const TableView &, DigestKind, const HashPick &)
    {
        return std::vector<SegmentDigest>();
    }
    virtual Result<std::vector<KeyDigest>> hashRows(const TableView &, DigestKind, const HashPick &)
    {
        return std::vector<KeyDigest>();
    }
    // The keys of a sample, each once and in any order; of sets those of the sets. All keys of the table are looked at,
    // by the database.
    virtual Result<std::vector<std::string>> sampleKeys(const TableView &view, const SamplePick &pick) = 0;
    // The rows of these keys that exist, in any order.
    virtual Result<std::vector<SourceRow>> fetch(const TableView &view,
                                                 const std::vector<std::string> &keys) = 0;
    // The same, but with the end of whatever is being written to them: for what a dead process's last message may still
    // be carrying out. Waits within the statement timeout, and needs the right to write.
    virtual Result<std::vector<SourceRow>> fetchSettled(const TableView &view, const std::vector<std::string> &keys)
    {
        return fetch(view, keys);
    }
    // Asked when all is written and only the commit is left to be sent; on an error everything is undone, and it is
    // the answer. Whoever stood still at any time before that writes nothing; what can still be late is the one message
    // that is on its way then.
    using MayCommit = std::function<Result<void>()>;
    // Holds what is written from now on against the foreign keys that the tables declare, where the engine leaves that to
    // each connection.
    virtual Result<void> keepForeignKeys() { return {}; }
    // One statement in a transaction of its own; more than one row changed is undone and an error.
    virtual Result<std::int64_t> change(const SqlStatement &statement, const MayCommit &mayCommit) = 0;
    // What a sync needs beyond that; a kind of source that cannot do it says so.
    // Rows by their change column, then their key (never those where it is NULL), at most `limit`. A row's storage has
    // one more character here, that of the change column.
    virtual Result<std::vector<SourceRow>> changedSince(const TableView &view, const std::optional<ChangePlace> &from,
                                                        int limit);
    // The last value of the change column; none in an empty table.
    virtual Result<std::optional<ChangePlace>> lastChange(const TableView &view);
    // What the database's own clock shows; never later than what it gives to whatever begins after the answer.
    virtual Result<std::chrono::microseconds> databaseTime();
    // All in one transaction, in order, and the rows read in it afterwards. With an error nothing is written, and so
    // where a statement changes more than one row.
    virtual Result<std::vector<WrittenRow>> write(const TableView &view, const std::vector<RowWrite> &writes,
                                                  const MayCommit &mayCommit);
    // The same of all or none, in two turns: Stale where a statement changes no row, before the second turn where it is one
    // of the first. The answer is of the second.
    virtual Result<std::vector<WrittenRow>> writeInTurn(const TableView &view, const std::vector<RowWrite> &first,
                                                        const std::vector<RowWrite> &second, const MayCommit &mayCommit);
    // The one number that a query has as its answer. Conflict where it has another one.
    virtual Result<double> number(const std::string &sql) = 0;
    // Between two users of one connection: whether it is as good as a new one, by what is known here; and
    // whether it still is by a trip to the server, which ends all that was remembered of the tables.
    virtual bool isReusable() const { return false; }
    virtual bool refresh() { return false; }
    virtual void interrupt() = 0; // any thread: what runs ends with Cancelled

    // Given back with the source.
    void hold(std::shared_ptr<void> place) { m_place = std::move(place); }

private:
    std::shared_ptr<void> m_place;
};

enum class Access { Read, Write };
// Unavailable with a sentence that never holds the password. Waits no longer than the connect timeout
// for one of the connections that a source may have at a time.
Result<std::unique_ptr<Source>> connectSource(const SourceSettings &settings, Access access);
// Of every source; set before the first is connected.
void limitSourceConnections(int most);

// A connection that is given back and may be lent again, to one user at a time: a few of each source are
// kept for a while, those that were interrupted or broke are not. As connectSource() for the rest.
struct GiveBack {
    std::string key;
    std::string location;
    void operator()(Source *source) const;
};
using SourceLoan = std::unique_ptr<Source, GiveBack>;
Result<SourceLoan> lendSource(const SourceSettings &settings, Access access);
void closeIdleSources(); // those that nobody has wanted for a while

// The number of a text that is one.
Result<double> numberOf(const Cell &text);
Failure noSingleNumber();
// The lines of a text, as a database tells a list.
void appendLines(const Cell &text, std::vector<std::string> &lines);

// "" without a secret; Unavailable if the reference leads nowhere.
Result<std::string> readSecret(const std::optional<SecretReference> &reference);

} // namespace crossfade
