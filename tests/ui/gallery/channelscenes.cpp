// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Who is told of alerts beside the console: as the operator of the sandbox sees it, and the administrator.
#include "tests/ui/gallery/tst_gallery.h"

#include "models/session/channelssession.h"
#include "ui/channels/channelsdialog.h"
#include "ui/shared/dialogs.h"

#include <QComboBox>
#include <QLabel>

namespace crossfade::test {

void TestGallery::channels()
{
    Gallery &g = *m_gallery;
    g.page("overview");
    g.press("alertsChip");
    g.seen("channelsTold");
    g.shoot(QStringLiteral("74a-alerts-nobody-told"));
    // Nothing listens there.
    const TestAnswer made = g.admin().post("/api/v1/channels", Json{{"name", "ops room, Duty and Night"},
                                                                    {"kind", "FEISHU"},
                                                                    {"url", "http://127.0.0.1:9/open-apis/bot/v2/hook/key"},
                                                                    {"min_severity", "HIGH"},
                                                                    {"types", Json::array({"GUARD_TRIPPED", "ROLLED_BACK"})}});
    QCOMPARE(made.status, 201);
    g.press("openChannels");
    g.choose("channelsTable", QStringLiteral("ops room"));
    g.press("testChannel");
    g.until("what came of the test", [&] {
        auto *table = find<QAbstractItemView>(g.window(), "deliveriesTable");
        return table != nullptr && table->model()->rowCount() > 0;
    }, 30);
    g.shoot(QStringLiteral("75-channels"));
    g.expectRollBackOver("channelsDialog");
    g.closeDialogs();
    g.until("the drawer warns", [&] { return find<QLabel>(g.window(), "channelFails") != nullptr; });
    g.shoot(QStringLiteral("75a-alerts-channel-fails"));
    g.press("alertsChip");

    Connection connection;
    ChannelsSession session(&connection);
    connection.open(g.adminTarget());
    g.until("the channels", [&] { return session.isKnown() && !session.isStale(); });
    auto *dialog = new ChannelsDialog(&session, g.window());
    openDialog(dialog);
    g.press("addChannel");
    g.seen("channelEditor");
    g.shoot(QStringLiteral("76-channel-editor"));
    g.expectRollBackOver("channelEditor");
    g.write("channelUrl", QStringLiteral("ftp://example.com"));
    g.shoot(QStringLiteral("77-channel-editor-mistake"));
    auto *kind = find<QComboBox>(g.window(), "channelKind");
    QVERIFY(kind != nullptr);
    kind->setFocus();
    QTest::keyClick(kind, Qt::Key_End);
    g.write("channelTo", QStringLiteral("nobody"));
    g.shoot(QStringLiteral("78-channel-editor-mail"));
    g.closeDialogs();
    g.until("the channels' end", [&] { return find<QDialog>(g.window(), "channelsDialog") == nullptr; });
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    const std::string id = made.json.value("id", std::string());
    QCOMPARE(g.admin().remove("/api/v1/channels/" + id, "1").status, 204);
}

} // namespace crossfade::test
