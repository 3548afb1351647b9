// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/session/runorder.h"

namespace crossfade {

Json runOrderJson(const RunOrder &order)
{
    Json body{{"scope", std::string(runScopeWord(order.scope))}};
    switch (order.scope) {
    case RunScope::Full:
        break;
    case RunScope::Ids:
        body["ids"] = order.ids;
        break;
    case RunScope::Sample:
        body["sample_size"] = order.sampleSize;
        break;
    case RunScope::Incremental:
        if (order.keys) body["keys"] = true;
        break;
    }
    return body;
}

} // namespace crossfade
