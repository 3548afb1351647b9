// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/profileeditor.h"

#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPixmap>
#include <QPlainTextEdit>
#include <QRegularExpression>

namespace crossfade {

namespace {

constexpr int SwatchSize = 14;

QLineEdit *edit(const char *name, const QString &accessible, int mostLength)
{
    auto *field = new QLineEdit;
    field->setObjectName(QLatin1String(name));
    field->setAccessibleName(accessible);
    field->setMaxLength(mostLength);
    return field;
}

QIcon swatch(const QColor &colour)
{
    QPixmap pixmap(SwatchSize, SwatchSize);
    pixmap.fill(colour);
    return QIcon(pixmap);
}

} // namespace

ProfileEditor::ProfileEditor(QWidget *parent)
    : QWidget(parent)
    , m_name(edit("profileName", tr("Name"), 100))
    , m_routers(new QPlainTextEdit)
    , m_comparator(edit("profileComparator", tr("Comparator"), 500))
    , m_caFile(edit("profileCaFile", tr("CA file"), 4000))
    , m_environment(new QComboBox)
    , m_colour(new QComboBox)
    , m_routerToken(edit("routerToken", tr("Token of the router"), 500))
    , m_comparatorToken(edit("comparatorToken", tr("Token of the comparator"), 500))
{
    m_routers->setObjectName(QStringLiteral("profileRouters"));
    m_routers->setAccessibleName(tr("Router"));
    m_routers->setTabChangesFocus(true);
    m_routers->setFixedHeight(52);
    m_environment->setObjectName(QStringLiteral("profileEnvironment"));
    m_environment->addItem(environmentText(EnvironmentWord::Prod),
                           static_cast<int>(EnvironmentWord::Prod));
    m_environment->addItem(environmentText(EnvironmentWord::Test),
                           static_cast<int>(EnvironmentWord::Test));
    m_colour->setObjectName(QStringLiteral("profileColour"));
    // No amber and no blue: those belong to the platforms.
    for (const auto &[name, colour] :
         {std::pair{tr("Violet"), "#6B3FA8"}, std::pair{tr("Teal"), "#1F7A74"},
          std::pair{tr("Green"), "#3D7A37"}, std::pair{tr("Magenta"), "#A02C73"},
          std::pair{tr("Grey"), "#59636F"}})
        m_colour->addItem(swatch(QColor(QLatin1String(colour))), name, QLatin1String(colour));
    for (QLineEdit *token : {m_routerToken, m_comparatorToken}) {
        token->setEchoMode(QLineEdit::Password);
        token->setPlaceholderText(tr("unchanged"));
    }
    auto *file = new QWidget;
    auto *fileRow = new QHBoxLayout(file);
    fileRow->setContentsMargins(0, 0, 0, 0);
    fileRow->addWidget(m_caFile, 1);
    auto *browseButton = new Button(tr("Choose…"));
    browseButton->setObjectName(QStringLiteral("profileCaBrowse"));
    fileRow->addWidget(browseButton);

    m_nameField = new FormField(tr("Name"), m_name);
    m_routersField = new FormField(tr("Router"), m_routers, tr("One address a line; the next is asked when one does not answer."));
    m_comparatorField = new FormField(tr("Comparator"), m_comparator);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(12, 12, 12, 12);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(8);
    grid->addWidget(m_nameField, 0, 0);
    auto *look = new QHBoxLayout;
    look->setSpacing(8);
    look->addWidget(new FormField(tr("Word"), m_environment), 1);
    look->addWidget(new FormField(tr("Colour"), m_colour), 1);
    grid->addLayout(look, 0, 1);
    grid->addWidget(m_routersField, 1, 0, 1, 2);
    grid->addWidget(m_comparatorField, 2, 0, 1, 2);
    grid->addWidget(new FormField(tr("CA file"), file, tr("PEM; only for certificates of your own authority.")), 3, 0, 1, 2);
    grid->addWidget(new FormField(tr("Token of the router"), m_routerToken, tr("Goes to the system keychain, never to a file.")), 4, 0);
    grid->addWidget(new FormField(tr("Token of the comparator"), m_comparatorToken, QStringLiteral(" ")), 4, 1);

    connect(browseButton, &QAbstractButton::clicked, this, &ProfileEditor::browse);
    for (QLineEdit *field : {m_name, m_comparator, m_caFile, m_routerToken, m_comparatorToken})
        connect(field, &QLineEdit::textChanged, this, &ProfileEditor::edited);
    connect(m_routers, &QPlainTextEdit::textChanged, this, &ProfileEditor::edited);
    for (QComboBox *combo : {m_environment, m_colour})
        connect(combo, &QComboBox::currentIndexChanged, this, &ProfileEditor::edited);
}

void ProfileEditor::setProfile(const Profile &profile)
{
    const QSignalBlocker blocker(this);
    m_profile = profile;
    m_name->setText(profile.name);
    m_routers->setPlainText(profile.routers.join(QLatin1Char('\n')));
    m_comparator->setText(profile.comparator);
    m_caFile->setText(profile.caFile);
    m_environment->setCurrentIndex(
        qMax(0, m_environment->findData(static_cast<int>(profile.environment))));
    m_colour->setCurrentIndex(qMax(0, m_colour->findData(profile.colour)));
    m_profile.colour = m_colour->currentData().toString();
    clearTokens();
    setProblem({}, {});
}

Profile ProfileEditor::profile() const
{
    Profile profile = m_profile;
    profile.name = m_name->text().trimmed();
    profile.routers.clear();
    static const QRegularExpression blanks(QStringLiteral("[\\s,]+"));
    for (const QString &url : m_routers->toPlainText().left(4'000).split(blanks, Qt::SkipEmptyParts))
        profile.routers.append(url);
    profile.comparator = m_comparator->text().trimmed();
    profile.caFile = m_caFile->text().trimmed();
    profile.environment = static_cast<EnvironmentWord>(m_environment->currentData().toInt());
    profile.colour = m_colour->currentData().toString();
    return profile;
}

bool ProfileEditor::isEdited() const
{
    return profile() != m_profile || !routerToken().isEmpty() || !comparatorToken().isEmpty();
}

QByteArray ProfileEditor::routerToken() const
{
    return m_routerToken->text().trimmed().toUtf8();
}

QByteArray ProfileEditor::comparatorToken() const
{
    return m_comparatorToken->text().trimmed().toUtf8();
}

void ProfileEditor::clearTokens()
{
    m_routerToken->clear();
    m_comparatorToken->clear();
}

void ProfileEditor::setProblem(const QString &field, const QString &text)
{
    m_nameField->setProblem(field == QLatin1String("name") ? text : QString());
    m_routersField->setProblem(field == QLatin1String("routers") ? text : QString());
    m_comparatorField->setProblem(field == QLatin1String("comparator") ? text : QString());
}

void ProfileEditor::focusName()
{
    m_name->setFocus();
    m_name->selectAll();
}

void ProfileEditor::browse()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("CA file"), m_caFile->text(),
                                                      tr("Certificates (*.pem *.crt);;All files (*)"));
    if (!file.isEmpty())
        m_caFile->setText(file);
}

} // namespace crossfade
