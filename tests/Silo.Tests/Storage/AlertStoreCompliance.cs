using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;

namespace ControlPlane.Silo.Tests.Storage;

/// <summary>Alerts and their outbox, on every store.</summary>
public abstract class AlertStoreCompliance : StoreCompliance
{
    private static AlertRecord Alert(int number, bool open = true) => new()
    {
        AlertId = $"alert-{number}",
        Kind = AlertKinds.RunnerLost,
        Severity = AlertSeverity.Page,
        Subject = $"bot/b{number}",
        Message = "Zürich \u2028 \"quoted\"",
        SuggestedFix = number % 2 == 0 ? null : "Mend it.",
        Since = Sample.Noon.AddMinutes(-1),
        OpenedAt = Sample.Noon.AddSeconds(number / 2),
        ResolvedAt = open ? null : Sample.Noon.AddMinutes(5),
        NotifiedAt = Sample.Noon,
        Causes = [$"runner_lost/bot/b{number}"],
    };

    private static AlertNotice Notice(int alert, int number, AlertNoticeStatus status = AlertNoticeStatus.Pending) =>
        new(new Guid(alert, (short)number, 0, new byte[8]), $"alert-{alert}", "phone", AlertEvent.Opened, Sample.Noon.AddSeconds(number), null, new string('a', 32)) { Status = status };

    private Task SaveAsync(IEnumerable<AlertRecord> alerts, IEnumerable<AlertNotice> notices, params AlertChannelStatus[] channels) =>
        Store.Alerts.SaveAsync(new([.. alerts], [.. notices], [.. channels]), Cancel);

    // Records hold arrays, which records do not compare by what is in them.
    private static string Text(AlertRecord alert) => System.Text.Json.JsonSerializer.Serialize(alert);

    [Fact]
    public async Task Saved_IsLoadedAsItWas_AfterAReopening()
    {
        var standing = new AlertChannelStatus("phone", Sample.Noon, "timeout", null) { TriedAt = Sample.Noon };
        await SaveAsync([Alert(1)], [Notice(1, 1), Notice(1, 2, AlertNoticeStatus.Delivered)], standing);
        await ReopenAsync();
        var loaded = await Store.Alerts.LoadAsync(Cancel);
        Assert.Equal(Text(Alert(1)), Text(Assert.Single(loaded.Alerts)));
        Assert.Equal([Notice(1, 1), Notice(1, 2, AlertNoticeStatus.Delivered)], loaded.Notices.OrderBy(n => n.CreatedAt));
        Assert.Equal([standing], loaded.Channels);
    }

    [Fact]
    public async Task Saved_Again_TakesThePlaceOfTheRowBefore()
    {
        await SaveAsync([Alert(1)], [Notice(1, 1)], new AlertChannelStatus("phone", Sample.Noon, "timeout", null));
        await SaveAsync([Alert(1) with { AcknowledgedBy = "operator" }], [Notice(1, 1) with { Attempts = 3, ErrorCode = "refused" }], new AlertChannelStatus("phone", null, null, Sample.Noon));
        var loaded = await Store.Alerts.LoadAsync(Cancel);
        Assert.Equal("operator", Assert.Single(loaded.Alerts).AcknowledgedBy);
        Assert.Equal((3, "refused"), (loaded.Notices.Single().Attempts, loaded.Notices.Single().ErrorCode));
        Assert.Null(Assert.Single(loaded.Channels).FailingSince);
    }

    [Fact]
    public async Task Load_HoldsWhatIsOpenOrStillToBeTold_AndNothingElse()
    {
        await SaveAsync(
            [Alert(1), Alert(2, open: false), Alert(3, open: false)],
            [Notice(1, 1, AlertNoticeStatus.Delivered), Notice(2, 1, AlertNoticeStatus.Delivered), Notice(2, 2), Notice(3, 1, AlertNoticeStatus.Skipped)]);
        var loaded = await Store.Alerts.LoadAsync(Cancel);
        Assert.Equal(["alert-1", "alert-2"], loaded.Alerts.Select(a => a.AlertId).Order(StringComparer.Ordinal));
        Assert.Equal(3, loaded.Notices.Length);
    }

    [Fact]
    public async Task Pages_AreNewestFirstWithTheirNotices_ByState()
    {
        await SaveAsync(Enumerable.Range(0, 7).Select(i => Alert(i, open: i % 3 == 0)), [Notice(5, 2), Notice(5, 1), Notice(6, 1)]);
        var first = await Store.Alerts.PageAsync(AlertFilter.All, 4, null, Cancel);
        var second = await Store.Alerts.PageAsync(AlertFilter.All, 4, first.Next, Cancel);
        Assert.Equal(["alert-6", "alert-5", "alert-4", "alert-3", "alert-2", "alert-1", "alert-0"], first.Items.Concat(second.Items).Select(v => v.Alert.AlertId));
        Assert.Null(second.Next);
        Assert.Equal([1, 2], first.Items[1].Notices.Select(n => n.CreatedAt.Second));
        Assert.Equal(["alert-6", "alert-3", "alert-0"], (await Store.Alerts.PageAsync(AlertFilter.Open, 10, null, Cancel)).Items.Select(v => v.Alert.AlertId));
        Assert.Equal(4, (await Store.Alerts.PageAsync(AlertFilter.Resolved, 10, null, Cancel)).Items.Length);
        await Assert.ThrowsAsync<InvalidCursorException>(() => Store.Alerts.PageAsync(AlertFilter.All, 4, "no cursor", Cancel));
    }

    [Fact]
    public async Task Purge_TakesWhatWasResolvedBefore_AndItsNotices()
    {
        await SaveAsync([Alert(1), Alert(2, open: false)], [Notice(1, 1), Notice(2, 1)]);
        Assert.Equal(0, await Store.Alerts.PurgeAsync(Sample.Noon, Cancel));
        Assert.Equal(1, await Store.Alerts.PurgeAsync(Sample.Noon.AddHours(1), Cancel));
        Assert.Equal("alert-1", Assert.Single((await Store.Alerts.PageAsync(AlertFilter.All, 10, null, Cancel)).Items).Alert.AlertId);
        Assert.Equal("alert-1", Assert.Single((await Store.Alerts.LoadAsync(Cancel)).Notices).AlertId);
    }
}
