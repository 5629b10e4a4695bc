using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Policy;

namespace ControlPlane.Grains.Tests.Alerts;

public sealed class NoticePolicyTests
{
    private static readonly DateTimeOffset s_night = new(2026, 11, 22, 23, 30, 0, TimeSpan.Zero);
    private static readonly AlertRecord s_warn = Record(AlertSeverity.Warn);
    private static readonly AlertRecord s_page = Record(AlertSeverity.Page);
    private static readonly AlertRouteTable s_routes = new(["phone", "chat"], ["chat"], [], ["boss"]);

    private static AlertRecord Record(AlertSeverity severity) =>
        new() { AlertId = "a1", Kind = AlertKinds.RunnerLost, Severity = severity, Subject = "bot/a", Message = "m", OpenedAt = s_night };

    private static AlertNotice Notice(string channel, AlertEvent what = AlertEvent.Opened, AlertNoticeStatus status = AlertNoticeStatus.Delivered, DateTimeOffset? notBefore = null) =>
        new(Guid.NewGuid(), "a1", channel, what, s_night, notBefore, new string('a', 32)) { Status = status };

    [Fact]
    public void Pause_Doubles_UpToFiveMinutes()
    {
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], Enumerable.Range(1, 11).Select(n => NoticePolicy.PauseAfter(n, null).TotalSeconds));
        Assert.Equal(300, NoticePolicy.PauseAfter(5_000, null).TotalSeconds);
        Assert.Equal(TimeSpan.FromDays(1), NoticePolicy.GiveUpAfter);
    }

    [Fact]
    public void Pause_AskedForByTheProvider_IsKeptUpToFiveMinutes()
    {
        Assert.Equal(30, NoticePolicy.PauseAfter(1, TimeSpan.FromSeconds(30)).TotalSeconds);
        Assert.Equal(300, NoticePolicy.PauseAfter(1, TimeSpan.FromHours(9)).TotalSeconds);
        Assert.Equal(16, NoticePolicy.PauseAfter(5, TimeSpan.FromSeconds(1)).TotalSeconds);
    }

    [Fact]
    public void Routes_SeverityAndEscalation_ChooseTheChannels()
    {
        Assert.Equal(["phone", "chat"], NoticePolicy.Channels(new(AlertEvent.Opened, s_page), [], s_routes));
        Assert.Equal(["chat"], NoticePolicy.Channels(new(AlertEvent.Repeated, s_warn), [], s_routes));
        Assert.Equal(["boss"], NoticePolicy.Channels(new(AlertEvent.Escalated, s_page), [], s_routes));
        Assert.Equal(["a", "b"], NoticePolicy.Channels(new(AlertEvent.Opened, Record(AlertSeverity.Info)), [], AlertRouteTable.Everything(["a", "b"])));
    }

    [Fact]
    public void Resolved_IsToldToWhoeverWasToldOfIt()
    {
        AlertNotice[] told = [Notice("phone"), Notice("boss", AlertEvent.Escalated), Notice("phone", AlertEvent.Repeated), Notice("quiet", status: AlertNoticeStatus.Skipped)];
        Assert.Equal(["phone", "boss"], NoticePolicy.Channels(new(AlertEvent.Resolved, s_page with { ResolvedAt = s_night }), told, s_routes));
    }

    [Fact]
    public void QuietHours_HoldAWarningAndNeverAPage()
    {
        var quiet = QuietHours.Parse("22:00-07:00 Europe/Berlin");
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 6, 0, 0, TimeSpan.Zero), NoticePolicy.HeldUntil(new(AlertEvent.Opened, s_warn), quiet, s_night));
        Assert.Null(NoticePolicy.HeldUntil(new(AlertEvent.Opened, s_page), quiet, s_night));
        Assert.Null(NoticePolicy.HeldUntil(new(AlertEvent.Test, Record(AlertSeverity.Info)), quiet, s_night));
        Assert.Null(NoticePolicy.HeldUntil(new(AlertEvent.Opened, s_warn), quiet, s_night.AddHours(10)));
    }

    [Fact]
    public void QuietHours_AlertThatIsOverBeforeThem_IsNeverTold()
    {
        var held = Notice("chat", status: AlertNoticeStatus.Pending, notBefore: s_night.AddHours(6));
        var over = new AlertChange(AlertEvent.Resolved, s_warn with { ResolvedAt = s_night.AddHours(1) });
        var skipped = Assert.Single(NoticePolicy.Superseded(over, [held]));
        Assert.Equal((held.NoticeId, AlertNoticeStatus.Skipped), (skipped.NoticeId, skipped.Status));
        Assert.Empty(NoticePolicy.Channels(over, [skipped], s_routes));
    }

    [Fact]
    public void Repetition_ThatStillWaits_IsReplacedByTheNext()
    {
        AlertNotice[] told = [Notice("chat", AlertEvent.Opened, AlertNoticeStatus.Pending), Notice("chat", AlertEvent.Repeated, AlertNoticeStatus.Pending)];
        Assert.Equal(told[1].NoticeId, Assert.Single(NoticePolicy.Superseded(new(AlertEvent.Repeated, s_warn), told)).NoticeId);
    }

    [Theory]
    [InlineData("22:00-07:00 Europe/Berlin", "2026-07-01T20:30:00Z", "2026-07-02T05:00:00Z")]
    [InlineData("22:00-07:00 Europe/Berlin", "2026-07-01T19:59:00Z", null)]
    [InlineData("22:00-07:00 Europe/Berlin", "2026-12-01T20:30:00Z", null)]
    [InlineData("22:00-07:00 Europe/Berlin", "2026-12-01T06:00:00Z", null)]
    [InlineData("22:00-07:00 Europe/Berlin", "2026-12-01T05:59:00Z", "2026-12-01T06:00:00Z")]
    [InlineData("12:00-14:00", "2026-12-01T13:00:00Z", "2026-12-01T14:00:00Z")]
    [InlineData("12:00-14:00", "2026-12-01T14:00:00Z", null)]
    [InlineData("22:00-02:30 Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    public void QuietHours_EndOf_IsInTheZoneOfTheSetting(string text, string now, string? end) =>
        Assert.Equal(end is null ? null : DateTimeOffset.Parse(end, null), QuietHours.Parse(text)!.EndOf(DateTimeOffset.Parse(now, null)));

    [Theory]
    [InlineData("22-7")]
    [InlineData("22:00")]
    [InlineData("22:00-22:00")]
    [InlineData("22:00-25:00")]
    [InlineData("22:00-07:00 Nowhere/Atlantis")]
    [InlineData("22:00-07:00 Europe/Berlin x")]
    public void QuietHours_WrongForm_IsRefused(string text) => Assert.Null(QuietHours.Parse(text));
}
