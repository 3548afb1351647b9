// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/database.h"
#include "models/core/json.h"
#include "models/core/time.h"

#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>

namespace crossfade {

// Where time and randomness come from; tests pass their own.
struct Environment {
    std::function<Instant()> now;
    std::function<std::string()> newId;                      // UUIDv7
    std::function<std::string(std::size_t bytes)> newSecret; // base64url of random bytes
    static Environment real();
};

struct AuditEntry {
    std::string action;     // "rule.create", "shift.rollback", …
    std::string objectType; // "rule", "shift_policy", …
    std::string objectId;
    Json before; // null when there was nothing
    Json after;
    std::string reason;
};

// Who makes a change; goes into events' `actor`, audit and history.
struct Actor {
    std::string subject; // "runner" for the service itself
    std::string requestId;
};

// A change in progress: everything in it is committed together or not at all. Each write transaction
// advances the store's clock row by one epoch, which serialises the writers.
class WriteTransaction {
public:
    virtual ~WriteTransaction() = default;
    virtual Database &db() = 0;
    virtual Instant now() const = 0;
    virtual std::string newId() = 0;
    virtual std::int64_t epoch() const = 0; // what this change commits as
    virtual const Actor &actor() const = 0;
    // A stored event: gapless id in commit order; sent to every subscriber after the commit.
    virtual void emit(std::string_view type, Json data) = 0;
    virtual void audit(AuditEntry entry) = 0;
    // Runs on the writer thread after the commit, in commit order: publish a snapshot here.
    virtual void afterCommit(std::function<void()> act) = 0;
    // Asked by a large change (Turn::Alone) between its pieces: whether one that goes first waits for it, here or
    // at another replica. It then gives up with an error, is undone, and done from its beginning after that one.
    virtual bool isWaitedFor() { return false; }
};

// Which of the waiting changes is next: a rollback goes before all others, and none shares its transaction with
// a large one (an import), which gives way to a rollback; see WriteTransaction::isWaitedFor().
enum class Turn { Ordinary, First, Alone };

struct StoreOptions {
    std::filesystem::path directory;      // holds store.sqlite (without `database`) and audit.head
    std::filesystem::path migrations;     // resources/sql/<service>, with sqlite/ and postgres/: NNNN_name.sql in order
    bool durable = true;                  // false: synchronous=OFF, only for the test that proves it matters
    std::string database = {};            // URL of a PostgreSQL database, without a password
    std::string databasePassword = {};
    std::string acceptStore = {};         // identity of a restored store that this folder is to belong to from now on
    bool serves = false;                  // one service at a time serves a PostgreSQL store
    std::size_t maxQueuedWrites = 2'000;  // beyond: Unavailable
};

// The service's durable state, in SQLite (WAL, synchronous=FULL) or PostgreSQL (synchronous_commit=on):
// one writer thread with group commit, a pool of readers.
class Store {
public:
    // Opens or creates, migrates (refuses a newer schema), checks integrity of the clock row.
    static Result<std::unique_ptr<Store>> open(StoreOptions options, Environment environment);
    virtual ~Store() = default;

    using WriteWork = std::function<Result<Json>(WriteTransaction &)>;
    // Runs `work` on the writer thread; an error rolls back just this work. `done` is called on the
    // writer thread once the commit is on disk (or with the error). A statement that fails ends the
    // work: PostgreSQL runs nothing more in it.
    virtual void write(Actor actor, WriteWork work, std::function<void(Result<Json>)> done,
                       Turn turn = Turn::Ordinary) = 0;
    // The same, waiting. Not from the writer thread.
    virtual Result<Json> writeAndWait(Actor actor, WriteWork work, Turn turn = Turn::Ordinary) = 0;

    // A reader connection of the pool in one read transaction, for the length of the call.
    virtual Result<void> read(const std::function<Result<void>(Database &)> &work) = 0;

    // "<first 8 of the store's UUID>-<n>" of the last event visible to this reader.
    virtual std::string lastEventId(Database &reader) = 0;
    virtual std::int64_t epoch() const = 0; // last committed
    virtual const Environment &environment() const = 0;
};

} // namespace crossfade
