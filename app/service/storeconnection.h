// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"

#include <map>
#include <optional>

namespace crossfade {

// A connection to a service's own store with what the kit itself needs beyond statements. One for
// each kind of database.
class StoreConnection : public Database {
public:
    // Several statements without parameters (a migration's file).
    virtual Result<void> script(const std::string &sql) = 0;
    virtual Result<void> beginRead() = 0; // all that is read until rollback() is of one moment
    virtual Result<void> beginWrite() = 0;
    virtual Result<void> commit() = 0;
    virtual void rollback() = 0; // of either; nothing where there is none
    // A full disk, an I/O error, a lost connection may end a transaction without being asked to.
    virtual bool inTransaction() const = 0;
    // While set, statements are refused outside of a transaction: each would commit by itself.
    void requireTransaction(bool required) { m_transactionRequired = required; }

    // The store's epoch when the write that is under way began; nothing where only this process writes.
    virtual std::optional<std::int64_t> epochFound() const { return std::nullopt; }
    // Whether a change that goes first waits at another process for the write that is under way here; as
    // of a moment ago.
    virtual bool isHurried() { return false; }
    virtual bool isConnected() const { return true; } // false: nothing gets through at present
    // The connection was lost within commit(): it may have taken effect or not.
    virtual bool isCommitUnknown() const { return false; }
    // Asks the store what became of that commit; true: it is stored. An error: still not known.
    virtual Result<bool> settleCommit() { return false; }

    // Every table with its columns, both sorted.
    using Tables = std::map<std::string, std::vector<std::string>>;
    virtual Result<Tables> tables() = 0;
    // To be called once rows were put in with their numbers (a copy, a table made anew): numbers given
    // from now on are new ones.
    virtual Result<void> renumber() { return {}; }

protected:
    bool m_transactionRequired = false;
};

} // namespace crossfade
