// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/heldrules.h"
#include "app/comparator/routerpush.h"

#include <map>
#include <utility>
#include <vector>

namespace crossfade {

// Tells the router who has a confirmed difference or a repair that waits (see HeldRules).
//
// Table router_held is brought up to date by what stands in the tables of differences and repairs, whoever wrote that:
// what it lacks and what it has too much is found by the database and taken over in small transactions, each an epoch with
// its changes. The router says up to which of them it has the set of this store; then it gets the changes since, or,
// where it has another one's set or those changes are not kept any more, the whole, a page after the other.
class HeldPush : public RouterPush {
public:
    HeldPush(const Context &context, const RouterAddress &router, HeldRules rules);
    ~HeldPush() override { stop(); }

protected:
    Result<Step> push() override;
    Result<void> begin() override;

private:
    struct Row {
        std::string type;
        std::string entity;
        HeldId held;
    };
    struct Known { // of the router
        std::int64_t version = 0;
        bool takesChanges = true; // an older one does not
        std::string source;
        std::int64_t epoch = 0;
        std::int64_t spared = 0;
    };
    struct Own { // of the store
        std::string source;
        std::int64_t epoch = 0;
        std::int64_t pruned = 0;
        std::int64_t pushed = 0;
    };

    Result<void> forgetOtherRules();
    Result<bool> fold(); // whether nothing is left to be taken over
    Result<std::vector<Row>> lacking();
    Result<std::vector<Row>> superfluous();
    Result<std::size_t> partsOf(Database &db, const std::string &mappingId);
    Result<void> takeOver(const std::vector<Row> &rows, bool held);
    static Result<void> takeOverSome(WriteTransaction &tx, const std::vector<Row> &rows, std::size_t from, std::size_t to,
                                     bool held);
    Result<Own> own();
    Result<void> ask();
    bool isWholeDue(const Own &own) const;
    Result<Step> pushWhole(const Own &own);
    Result<Step> pushChanges(const Own &own);
    Result<void> noteTold(std::int64_t epoch);
    Result<Step> taken(const Result<FetchAnswer> &answer, std::int64_t epoch);
    Result<std::string> page(std::string &kind, std::string &id) const; // after that one; "" at the end

    const HeldRules m_rules;
    std::map<std::string, std::size_t> m_parts; // of the keys of each mapping
    std::optional<Known> m_known;               // none: to be asked
    Clock::time_point m_askedAt{};
    Clock::time_point m_foldAt{};
    std::int64_t m_foldedEpoch = -1; // of the store
    Clock::time_point m_wholeAt{};   // the last one
    std::optional<std::pair<std::int64_t, std::int64_t>> m_toldOlder; // version and epoch
    int m_overtaken = 0;             // in a row
};

} // namespace crossfade
