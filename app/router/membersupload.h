// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/memberreader.h"
#include "app/router/memberreads.h"
#include "app/service/http.h"

#include <functional>
#include <memory>
#include <optional>

namespace crossfade {

// The body of PUT …/members while it arrives: of it only the ids are kept.
class MembersUpload : public BodySink {
public:
    // Asked with the first piece: whether the list may be replaced, by whom it is read then.
    using Begin = std::function<Result<std::shared_ptr<MemberRead>>()>;
    MembersUpload(MemberReader::Form form, Begin begin);

    Result<void> take(std::string_view piece) override;
    // All has arrived. The read is handed over: it ends with the pointer.
    struct Whole {
        IdSet ids;
        std::shared_ptr<MemberRead> read;
    };
    Result<Whole> finish();

private:
    Result<void> begun();
    Result<void> ended(Result<void> result);

    const Begin m_begin;
    IdSetBuilder m_ids;
    MemberReader m_reader;
    std::shared_ptr<MemberRead> m_read;
};

} // namespace crossfade
