// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/previewchanges.h"

#include "app/service/zones.h"
#include "models/core/ids.h"
#include "models/routing/routingjson.h"
#include "models/shift/takeover.h"

#include <map>

namespace crossfade {

namespace {

constexpr std::size_t MostChanges = 100;
const std::vector<std::string_view> KindWords{"rule.put", "rule.delete", "switches.put",
                                              "shift.percentage", "gray_list.entries", "group.shift",
                                              "group.rollback"};
constexpr std::size_t MostEntries = 10'000;

class QuestionReader {
public:
    QuestionReader(Database &db, const Snapshot &snapshot, const PolicyLookup &lookup, const GroupLookup &groups)
        : m_db(db)
        , m_snapshot(snapshot)
        , m_lookup(lookup)
        , m_groups(groups)
    {
    }

    void read(JsonReader &in)
    {
        switch (in.word("kind", KindWords)) {
        case 0: return readRulePut(in);
        case 1: return readRuleDelete(in);
        case 2: return readSwitches(in);
        case 3: return readPercentage(in);
        case 4: return readGrayEntries(in);
        case 5: return readGroup(in, true);
        case 6: return readGroup(in, false);
        }
    }

    PreviewQuestion take(JsonReader &in)
    {
        const auto system = in.optionalId("system_id");
        m_question.systemId = system.value_or(m_defaultSystem);
        m_question.at = in.optionalInstant("at");
        return std::move(m_question);
    }

private:
    // The rule as the changes before this one leave it, null with a mistake noted if there is none.
    RulePtr known(JsonReader &in, const std::string &id)
    {
        const auto changed = m_latest.find(id);
        if (changed != m_latest.end() && changed->second) return changed->second;
        Result<Rule> stored = fail(ErrorKind::NotFound, "deleted by a change before this one");
        if (changed == m_latest.end()) stored = RouterState::rule(m_db, id);
        if (!stored) {
            in.reject("id", "names no rule");
            return nullptr;
        }
        return std::make_shared<const Rule>(*stored);
    }

    void readRulePut(JsonReader &in)
    {
        const auto id = in.optionalId("id");
        const RulePtr before = id ? known(in, *id) : nullptr;
        const Json *input = in.optionalObject("rule");
        if (!input) {
            if (!in.has("rule")) in.reject("rule", "is required");
            return;
        }
        JsonReader one(*input, in.pointerTo("rule"), in);
        Rule rule = readRuleInput(one, zoneTable);
        one.finish();
        // A new rule has an id greater than all: on equal priority the others win.
        rule.id = before ? before->id : "~preview-" + std::to_string(m_question.changes.size());
        suggestSystem(rule.type == RuleType::System ? rule.target : std::string());
        const auto after = std::make_shared<const Rule>(std::move(rule));
        m_latest[after->id] = after;
        m_question.changes.emplace_back(RuleChange{before, after});
    }

    void readRuleDelete(JsonReader &in)
    {
        const std::string id = in.id("id");
        if (id.empty()) return;
        const RulePtr before = known(in, id);
        if (!before) return;
        suggestSystem(before->type == RuleType::System ? before->target : std::string());
        m_latest[id] = nullptr;
        m_question.changes.emplace_back(RuleChange{before, nullptr});
    }

    void readSwitches(JsonReader &in)
    {
        const Json *input = in.optionalObject("switches");
        if (!input) {
            if (!in.has("switches")) in.reject("switches", "is required");
            return;
        }
        JsonReader one(*input, in.pointerTo("switches"), in);
        const Switches switches = readSwitchesInput(one, m_snapshot.switches());
        one.finish();
        m_question.changes.emplace_back(switches);
    }

    void readPercentage(JsonReader &in)
    {
        const std::string id = in.id("policy_id");
        if (!in.has("percentage")) in.reject("percentage", "is required");
        const auto percentage = in.optionalPercentage("percentage");
        if (id.empty() || !percentage) return;
        std::optional<PolicyCover> cover = coverOf(id);
        if (!cover) {
            in.reject("policy_id", "names no shift policy");
            return;
        }
        if (*percentage < cover->percentage) endForwardOnly();
        cover->percentage = *percentage;
        suggestSystem(cover->targetSystem == "*" ? std::string() : cover->targetSystem);
        m_question.changes.emplace_back(PolicyChange{id, std::move(*cover)});
    }

    void readGrayEntries(JsonReader &in)
    {
        const std::string list = in.id("list");
        if (!list.empty() && !m_snapshot.grayLists().find(list)) in.reject("list", "names no gray list");
        for (const bool listed : {false, true}) {
            const char *field = listed ? "add" : "remove";
            for (std::string &id : in.optionalTexts(field, MostEntries, 100)) {
                if (!isValidId(id)) in.reject(field, "holds what is no id");
                m_question.changes.emplace_back(GrayEntryChange{list, std::move(id), listed});
            }
        }
    }

    // As the act itself does it: under forward only a rollback would move nobody.
    void endForwardOnly()
    {
        Switches switches = m_snapshot.switches();
        for (const SnapshotChange &change : m_question.changes) {
            if (const auto *latest = std::get_if<Switches>(&change)) switches = *latest;
        }
        if (!switches.forwardOnly) return;
        switches.forwardOnly = false;
        m_question.changes.emplace_back(switches);
    }

    // The whole group or one batch of it on its target, or back from it.
    void readGroup(JsonReader &in, bool moved)
    {
        const std::string id = in.id("group_id");
        const auto batch = in.optionalInteger("batch", 0, 1'000'000);
        if (id.empty()) return;
        const GroupCover *known = m_snapshot.group(id);
        for (const SnapshotChange &change : m_question.changes) {
            const auto *before = std::get_if<GroupChange>(&change);
            if (before && before->id == id && before->after) known = &*before->after;
        }
        Result<GroupCover> cover = known ? Result<GroupCover>(*known) : m_groups(m_db, id);
        if (!cover) return in.reject("group_id", "names no user group");
        const std::size_t users = cover->members ? cover->members->size() : 0;
        const std::size_t count = (users + cover->batchSize - 1) / cover->batchSize;
        std::vector<bool> marks = cover->moved ? *cover->moved : std::vector<bool>();
        marks.resize(count);
        if (batch && static_cast<std::size_t>(*batch) >= count)
            return in.reject("batch", "must be below " + std::to_string(count));
        if (batch)
            marks[static_cast<std::size_t>(*batch)] = moved;
        else
            marks.assign(count, moved);
        cover->moved = std::make_shared<const std::vector<bool>>(std::move(marks));
        if (!moved) endForwardOnly();
        m_question.changes.emplace_back(GroupChange{id, std::move(*cover)});
    }

    std::optional<PolicyCover> coverOf(const std::string &id)
    {
        if (const PolicyCover *cover = m_snapshot.policy(id)) return *cover;
        if (!m_lookup) return std::nullopt;
        auto draft = m_lookup(m_db, id);
        if (!draft) return std::nullopt;
        // When it starts it takes over from the policy for *, and that one's buckets with it.
        if (const PolicyCover *from = takenOverBy(draft->targetSystem, m_snapshot.policies()))
            draft->salt = from->salt;
        return std::move(*draft);
    }

    void suggestSystem(const std::string &system)
    {
        if (m_defaultSystem.empty()) m_defaultSystem = system;
    }

    Database &m_db;
    const Snapshot &m_snapshot;
    const PolicyLookup &m_lookup;
    const GroupLookup &m_groups;
    PreviewQuestion m_question;
    std::string m_defaultSystem;
    std::map<std::string, RulePtr> m_latest; // rules touched so far; null: deleted
};

} // namespace

Result<PreviewQuestion> readPreviewQuestion(const Json &body, Database &db, const Snapshot &snapshot,
                                            const PolicyLookup &lookup, const GroupLookup &groups)
{
    JsonReader in(body);
    QuestionReader question(db, snapshot, lookup, groups);
    const Json *changes = in.optionalArray("changes", MostChanges);
    if (!in.has("changes")) in.reject("changes", "is required");
    if (changes && changes->empty()) in.reject("changes", "must name at least one change");
    for (std::size_t i = 0; changes && i < changes->size(); ++i) {
        JsonReader one((*changes)[i], "/changes/" + std::to_string(i), in);
        question.read(one);
        one.finish();
    }
    PreviewQuestion result = question.take(in);
    if (auto error = in.finish()) return fail(*error);
    return result;
}

} // namespace crossfade
