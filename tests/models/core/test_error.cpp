// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/core/error.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

TEST(ErrorKind, EveryStatusOfTheApiComesBackAsItsKind) {
    for (const int status : {400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429, 503}) {
        EXPECT_EQ(httpStatus(errorKindFromStatus(status)), status);
        EXPECT_FALSE(problemTitle(status).empty());
    }
    EXPECT_EQ(errorKindFromStatus(418), ErrorKind::Malformed);
    EXPECT_EQ(errorKindFromStatus(502), ErrorKind::Internal);
}

} // namespace
} // namespace crossfade
