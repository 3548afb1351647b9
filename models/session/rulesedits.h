// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/rulerows.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

namespace crossfade {

// Edits not yet saved, over the rules as the router holds them. Knows nothing of the network.
class RulesEdits {
public:
    struct Edit {
        RuleEdit kind = RuleEdit::None;
        RuleRow base;    // what it was made on; empty for added ones
        RuleInput input; // what is wanted; of deleted ones the last
        std::vector<FieldError> problems; // from the router
    };

    void putSaved(RuleRow rule);
    void removeSaved(const std::string &id);
    // What is not among these ids is gone.
    void keepSaved(const std::unordered_set<std::string> &ids);
    const RuleRow *saved(const std::string &id) const { return m_saved.row(id); }
    const RuleRows &savedRows() const { return m_saved; }

    std::string add(const RuleInput &input); // answers its id: "new:1"
    // Back to what is saved = no edit any more. `seen` is what was looked at when the change was begun: without an
    // edit yet, it is made on that, so that what others saved meanwhile is a conflict and not overwritten.
    void change(const std::string &id, const RuleInput &input, const RuleRow *seen = nullptr);
    // What a change of it is made on: the edit's own base, else what is saved. None of added ones.
    std::optional<RuleRow> base(const std::string &id) const;
    void remove(const std::string &id); // an added one, or one that is gone, just goes
    void revert(const std::string &id);
    void discard();
    // The edit goes on from what somebody else saved meanwhile.
    void rebase(const std::string &id, const RuleRow &theirs, const RuleInput &merged);
    void setProblems(const std::string &id, std::vector<FieldError> problems);

    const Edit *edit(const std::string &id) const;
    std::vector<std::string> editIds() const; // deletions first, then changes, then additions
    int count() const { return static_cast<int>(m_edits.size()); }
    // No edit that the check of the input refuses.
    bool isValid() const;
    // A saved rule with the edit over it; one that is to be deleted is still there, marked. None: there is no such.
    RuleRowPtr row(const std::string &id) const;
    // The ids of the rows that are others since it was last asked.
    std::set<std::string> takeTouched();
    // What a shown row now says, edited or not.
    std::optional<RuleInput> current(const std::string &id) const;

private:
    RuleRows m_saved;
    std::map<std::string, Edit> m_edits;
    std::set<std::string> m_touched;
    int m_added = 0;
};

} // namespace crossfade
