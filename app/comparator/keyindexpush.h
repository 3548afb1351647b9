// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"
#include "app/comparator/routerpush.h"

#include <set>
#include <string>
#include <vector>

namespace crossfade {

// Which keys of LEGACY the router is told; without a data type none.
struct KeyIndexOptions {
    std::string dataType;
    std::int64_t sweepSeconds = 300; // between two looks at all keys
};

// Tells the router which keys LEGACY has: those of every mapping of the data type. All of them are read at first, and again
// at an interval and whenever the router has another index than it was told; what is the same is not sent again. Between
// two of these looks keys that are new by LEGACY's change columns are added. Keys that are gone stay until the next look:
// meanwhile their entities are decided as if LEGACY knew them.
class KeyIndexPush : public RouterPush {
public:
    KeyIndexPush(const Context &context, const RouterAddress &router, KeyIndexOptions options);
    ~KeyIndexPush() override { stop(); }
    bool isOn() const { return !m_options.dataType.empty(); }

protected:
    Result<Step> push() override;
    Result<void> begin() override;
    void interrupt() override;

private:
    // Of all keys, in no order: how many, a sum of their hashes.
    struct Digest {
        std::uint64_t keys = 0;
        std::uint64_t sum = 0;
        std::uint64_t outside = 0; // of the id grammar: the router has no such ids
        std::string example;       // of those
        bool operator==(const Digest &other) const { return keys == other.keys && sum == other.sum && outside == other.outside; }
    };
    struct Told { // what the router has of this
        std::int64_t version = 0;
        std::string at;
    };
    struct Table {
        SourceSettings source;
        TableView view; // of the keys alone
        std::optional<ChangePlace> mark;
        std::optional<ChangePlace> rest; // from where on the last look left changes to the next one
    };
    class Keys; // of all tables, one after the other
    class Reading { // a source, which interrupt() interrupts meanwhile
    public:
        Reading(KeyIndexPush &push, Source &source) : m_push(push) { m_push.reads(&source); }
        ~Reading() { m_push.reads(nullptr); }
        Reading(const Reading &) = delete;
        Reading &operator=(const Reading &) = delete;

    private:
        KeyIndexPush &m_push;
    };
    void reads(Source *source);

    Result<std::vector<Table>> tables();
    Result<void> keep(Table &table); // how far its change column is now
    Result<Digest> digest();
    Result<Json> ask();
    Result<Step> sweep(const Json &router);
    Result<Json> pushAll(const Json &router, const Digest &digest, Digest &sent);
    Result<Step> follow();
    Result<Json> add(const std::vector<std::string> &keys);
    Result<void> news(Table &table, std::vector<std::string> &keys);
    Step done(const Json &answer, Done how);

    const KeyIndexOptions m_options;
    std::vector<Table> m_tables;
    std::optional<Digest> m_digest; // of what was pushed last as a whole; none: the router has more by now, or another one
    std::optional<Told> m_told;
    bool m_swept = false; // since this process leads
    Clock::time_point m_sweepAt{};
    Clock::time_point m_followAt{};
    Clock::time_point m_askedAt{};
    std::set<std::string> m_recent; // looked at lately
    std::mutex m_readingMutex;
    Source *m_reading = nullptr;
};

} // namespace crossfade
