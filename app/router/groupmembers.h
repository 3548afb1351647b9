// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/store.h"
#include "models/routing/groupcover.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

using MembersPtr = std::shared_ptr<const IdSet>;

// The stored lists of group members, each under an id of its own and never changed: a new list is a
// new id. In blocks of sorted lines, so that ten million take as little room as their text.
namespace groupmembers {

// In transactions of their own, a block each; answers the new list's id. `goOn` is told how many ids are
// stored and may end it with its error: what was stored is removed again.
using StoringProgress = std::function<Result<void>(std::size_t stored)>;
Result<std::string> store(Store &store, const Actor &actor, const IdSet &ids, const StoringProgress &goOn = {});
// The list belongs to a group from now on. What sudden death leaves of others the next start removes.
Result<void> keep(Database &db, const std::string &membersId);
Result<void> removeBegun(Store &store);
void drop(Store &store, const std::string &membersId); // unless it belongs to a group
void dropLater(Store &store, const std::string &membersId); // the same, not waited for: also from the writer
Result<MembersPtr> read(Database &db, const std::string &membersId); // never null
// Where the user stands in the list; one block is read.
Result<std::optional<std::size_t>> indexOf(Database &db, const std::string &membersId, std::string_view user);
// At most `limit` of them after `after` ("" = from the first).
Result<std::vector<std::string>> page(Database &db, const std::string &membersId, const std::string &after,
                                      std::size_t limit);
Result<std::string> at(Database &db, const std::string &membersId, std::size_t index); // "" if none
Result<void> remove(Database &db, const std::string &membersId);

// The cover with all its members, or as far as the member at `index` is concerned: a group of him alone.
Result<void> fill(Database &db, GroupCover &cover);
Result<void> narrow(GroupCover &cover, std::string_view user, std::size_t index);

} // namespace groupmembers

} // namespace crossfade
