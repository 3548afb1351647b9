// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/symbolpaths.h"

namespace crossfade {

const char *symbolPath(Symbol symbol)
{
    switch (symbol) {
    case Symbol::None: return "";
    case Symbol::Logo:
        return "M 1.5 4 L 4 4 Q 6 4 7 6 L 9 10 Q 10 12 12 12 L 14.5 12 "
               "M 1.5 12 L 4 12 Q 6 12 7 10 L 9 6 Q 10 4 12 4 L 14.5 4";
    case Symbol::Overview:
        return "R 2 2 5 5 1 R 9 2 5 5 1 R 2 9 5 5 1 R 9 9 5 5 1";
    case Symbol::Rules:
        return "M 3 2.5 L 3 13.5 M 3 8 L 7 8 M 7 8 L 9.5 4 L 13.5 4 M 7 8 L 9.5 12 L 13.5 12 "
               "M 11.5 2 L 13.5 4 L 11.5 6 M 11.5 10 L 13.5 12 L 11.5 14";
    case Symbol::Shift:
        return "M 1.5 4.5 L 8.4 4.5 M 11.6 4.5 L 14.5 4.5 O 10 4.5 1.6 "
               "M 1.5 11.5 L 3.4 11.5 M 6.6 11.5 L 14.5 11.5 O 5 11.5 1.6";
    case Symbol::Groups:
        return "O 6 5.5 2.5 M 1.5 13.5 Q 1.5 9.5 6 9.5 Q 10.5 9.5 10.5 13.5 "
               "M 10.5 3.2 Q 12.8 3.6 12.8 5.6 Q 12.8 7.4 11 7.9 M 12.2 9.9 Q 14.5 10.8 14.5 13.5";
    case Symbol::Consistency:
        return "R 2 2.5 4.5 11 1 R 9.5 2.5 4.5 11 1 M 6.5 8 L 9.5 8";
    case Symbol::Repairs:
        return "M 2.3 13.7 L 8 8 M 13.6 4.6 L 11.4 6.2 L 9.6 4.6 L 10.9 2.3 "
               "Q 8 1.9 7.4 4.6 Q 7.2 6 7.8 7 L 9 8.2 Q 10 8.8 11.4 8.6 Q 14 8 13.6 4.6";
    case Symbol::Sync:
        return "M 13.4 6.6 Q 12 2.6 8 2.6 Q 4.8 2.6 3 5.2 M 2.7 2.4 L 2.8 5.4 L 5.8 5.4 "
               "M 2.6 9.4 Q 4 13.4 8 13.4 Q 11.2 13.4 13 10.8 M 13.3 13.6 L 13.2 10.6 L 10.2 10.6";
    case Symbol::Comparison:
        return "R 2 2 9 9 1 M 5 5 L 8 5 M 5 8 L 8 8 M 13.5 5 L 13.5 12.5 Q 13.5 13.5 12.5 13.5 L 5 13.5";
    case Symbol::Runbook:
        return "M 1.8 4 L 3 5.2 L 5 2.8 M 7.5 4 L 14.2 4 M 1.8 8.6 L 3 9.8 L 5 7.4 "
               "M 7.5 8.6 L 14.2 8.6 M 2 12.8 L 4.6 12.8 M 7.5 12.8 L 14.2 12.8";
    case Symbol::Audit: return "R 3 1.8 10 12.4 1.2 M 5.5 5 L 10.5 5 M 5.5 8 L 10.5 8 M 5.5 11 L 8.5 11";
    case Symbol::Connections:
        return "O 4 4 2 O 12 12 2 M 4 6 L 4 9 Q 4 12 7 12 L 10 12";
    case Symbol::Search: return "O 7 7 4.6 M 10.4 10.4 L 14 14";
    case Symbol::Add: return "M 8 2.5 L 8 13.5 M 2.5 8 L 13.5 8";
    case Symbol::Edit: return "M 3 13 L 3.6 10 L 10.8 2.8 L 13.2 5.2 L 6 12.4 L 3 13 M 9.2 4.4 L 11.6 6.8";
    case Symbol::Drill: return "M 2 13.5 L 5.5 8.5 L 8.5 10.5 L 13.5 3 M 10 3 L 13.5 3 L 13.5 6.5";
    case Symbol::Remove:
        return "M 2.5 4.2 L 13.5 4.2 M 6 4 L 6 2.2 L 10 2.2 L 10 4 M 4 4.4 L 4.6 13.8 L 11.4 13.8 L 12 4.4 "
               "M 6.6 7 L 6.6 11 M 9.4 7 L 9.4 11";
    case Symbol::Duplicate:
        return "R 5.5 5.5 8.5 8.5 1 M 3.5 10.5 L 3 10.5 Q 2 10.5 2 9.5 L 2 3 Q 2 2 3 2 L 9.5 2 "
               "Q 10.5 2 10.5 3 L 10.5 3.5";
    case Symbol::Import: return "M 8 2 L 8 10 M 4.8 7 L 8 10.2 L 11.2 7 M 2.2 10.5 L 2.2 13.8 L 13.8 13.8 L 13.8 10.5";
    case Symbol::Export: return "M 8 10.2 L 8 2.2 M 4.8 5.2 L 8 2 L 11.2 5.2 M 2.2 10.5 L 2.2 13.8 L 13.8 13.8 L 13.8 10.5";
    case Symbol::Filter: return "M 2 2.5 L 14 2.5 L 9.6 8 L 9.6 13.5 L 6.4 11.5 L 6.4 8 L 2 2.5";
    case Symbol::Refresh: return "M 13.2 8 Q 13 12.8 8 13 Q 3 12.8 2.8 8 Q 3 3.2 8 3 Q 11 3 12.6 5.4 M 13 2.4 L 12.8 5.6 L 9.6 5.6";
    case Symbol::Pause: return "M 5.2 3 L 5.2 13 M 10.8 3 L 10.8 13";
    case Symbol::Play: return "M 4.5 2.8 L 12.8 8 L 4.5 13.2 Z";
    case Symbol::Undo:
        return "M 5.6 2.6 L 2.4 5.8 L 5.6 9 M 2.6 5.8 L 9.4 5.8 Q 13.6 5.8 13.6 9.6 Q 13.6 13.4 9.4 13.4 L 6.8 13.4";
    case Symbol::Check: return "M 2.8 8.6 L 6.4 12.2 L 13.2 4";
    case Symbol::Cross: return "M 3.8 3.8 L 12.2 12.2 M 12.2 3.8 L 3.8 12.2";
    case Symbol::Warning: return "M 8 2 L 14.4 13.4 L 1.6 13.4 Z M 8 6.4 L 8 9.4 M 8 11.4 L 8 11.5";
    case Symbol::More: return "O 3 8 0.6 O 8 8 0.6 O 13 8 0.6";
    case Symbol::Review: return "R 2.2 2.2 11.6 11.6 1.4 M 5 8.2 L 7.2 10.4 L 11.2 5.4";
    case Symbol::User: return "O 8 5.2 2.8 M 2.6 14 Q 2.6 9.6 8 9.6 Q 13.4 9.6 13.4 14";
    case Symbol::Chevron: return "M 4 6 L 8 10 L 12 6";
    case Symbol::ChevronRight: return "M 6 4 L 10 8 L 6 12";
    case Symbol::Bell: return "M 3 11.8 L 13 11.8 Q 11.8 10.6 11.8 7 Q 11.8 3 8 3 Q 4.2 3 4.2 7 Q 4.2 10.6 3 11.8 M 6.6 13.8 L 9.4 13.8 M 8 1.8 L 8 3";
    case Symbol::List: return "M 2.5 4 L 13.5 4 M 2.5 8 L 13.5 8 M 2.5 12 L 13.5 12";
    }
    return "";
}

} // namespace crossfade
