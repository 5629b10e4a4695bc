using System.Diagnostics.Metrics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Usage.Client;

/// <summary>The sender on the real clock, whose waits are set to milliseconds: it works with threads of its own.</summary>
public sealed class UsageSenderTests
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly FakeIngest _ingest = new();

    [Fact]
    public async Task Log_IsCommittedWithAllItsFields()
    {
        await using var sender = Sender();
        var call = new UsageCall
        {
            Provider = "polygon", Operation = "GET /v3/quotes?apiKey=canary", Status = UsageStatus.Error, HttpStatus = 500, LatencyMs = 41, ErrorCode = "bad\r\nthing",
            BotId = "momentum", UserId = "u1", TraceId = new string('a', 32), OccurredAt = DateTimeOffset.UnixEpoch,
        };
        Assert.True(await sender.LogAsync(call).WaitAsync(s_timeout, Cancel));
        var taken = Assert.Single(_ingest.Taken());
        Assert.Equal(7, taken.EventId.Version);
        Assert.Equal(
            new UsageEvent(taken.EventId, DateTimeOffset.UnixEpoch, "u1", "momentum", "polygon", "GET /v3/quotes", UsageStatus.Error, 500, 41, new string('a', 32), "bad  thing"),
            taken);
    }

    [Fact]
    public async Task Log_WithoutBotAndUser_TakesThoseOfTheScope()
    {
        await using var sender = Sender();
        using (IntegrationUsageScope.ForBot("outer"))
        {
            using (IntegrationUsageScope.ForBot("inner", "u2")) await sender.LogAsync(Call()).WaitAsync(s_timeout, Cancel);
            await sender.LogAsync(Call()).WaitAsync(s_timeout, Cancel);
        }

        await sender.LogAsync(Call()).WaitAsync(s_timeout, Cancel);
        Assert.Equal([("inner", "u2"), ("outer", null), (null, null)], _ingest.Taken().Select(e => (e.BotId, e.UserId)));
    }

    [Fact]
    public async Task Log_NeverBlocks_AndGathersWhileABatchIsOnItsWay()
    {
        _ingest.Hold();
        await using var sender = Sender(o => (o.Senders, o.MaxBatch) = (1, 100));
        var first = sender.LogAsync(Call());
        await Until(() => sender.LogAsync(Call()).IsCompleted is false);
        var fates = Enumerable.Range(0, 1000).Select(_ => sender.LogAsync(Call())).Append(first).ToArray();
        Assert.All(fates, fate => Assert.False(fate.IsCompleted));
        _ingest.Resume();
        Assert.All(await Task.WhenAll(fates).WaitAsync(s_timeout, Cancel), Assert.True);
        Assert.Equal(_ingest.Taken().Length, _ingest.Taken().Select(e => e.EventId).Distinct().Count());
        Assert.InRange(_ingest.Calls, 11, 15);
    }

    [Fact]
    public async Task Send_ClusterAwayThenFullThenBack_CommitsEachEventOnce()
    {
        // Each next fault is there before the last one goes: a call in between would be taken, and nothing would be left to retry.
        _ingest.Fails = new TimeoutException();
        await using var sender = Sender(o => o.Senders = 1);
        var fates = Enumerable.Range(0, 50).Select(_ => sender.LogAsync(Call())).ToArray();
        await Until(() => _ingest.Calls > 2);
        (_ingest.Full, _ingest.Fails) = (true, null);
        var calls = _ingest.Calls;
        await Until(() => _ingest.Calls > calls + 2);
        (_ingest.LosesAnswers, _ingest.Full) = (true, false);

        // One batch only: the others wait until the sender has heard of it.
        await Until(() => _ingest.Taken().Length > 0);
        calls = _ingest.Calls;
        await Until(() => _ingest.Calls > calls + 2);
        Assert.DoesNotContain(fates, fate => fate.IsCompleted);
        _ingest.LosesAnswers = false;
        Assert.All(await Task.WhenAll(fates).WaitAsync(s_timeout, Cancel), Assert.True);
        Assert.Equal(50, _ingest.Taken().Length);
    }

    [Fact]
    public async Task Log_BeyondTheBuffer_IsDroppedCountedAndTold()
    {
        var dropped = Drops();
        _ingest.Fails = new TimeoutException();
        await using var sender = Sender(o => o.MaxBuffered = 10);
        var fates = Enumerable.Range(0, 25).Select(_ => sender.LogAsync(Call())).ToArray();
        Assert.Equal(15, fates.Count(fate => fate.IsCompletedSuccessfully && !fate.Result));
        Assert.Equal(15, dropped());
        _ingest.Fails = null;
        await Until(() => _ingest.Losses.Sum(l => l.Events) == 15);
        Assert.All(_ingest.Losses, loss => Assert.Equal("polygon", loss.Provider));
        Assert.Equal(10, (await Task.WhenAll(fates).WaitAsync(s_timeout, Cancel)).Count(committed => committed));
        Assert.Equal(10, _ingest.Taken().Length);
    }

    [Fact]
    public async Task Log_RefusedByTheControlPlane_IsFalseAndNotSentAgain()
    {
        _ingest.Rejects = [new UsageRejection(0, Codes.UnknownProvider, "")];
        await using var sender = Sender();
        Assert.False(await sender.LogAsync(Call() with { Provider = "nobody" }).WaitAsync(s_timeout, Cancel));
        Assert.Equal(1, _ingest.Calls);
    }

    [Fact]
    public async Task Stop_SendsWhatIsHeld_AndTakesNothingAfter()
    {
        _ingest.Hold();
        var sender = Sender(o => o.FlushSeconds = 30);
        var fates = Enumerable.Range(0, 5000).Select(_ => sender.LogAsync(Call())).ToArray();
        var stop = sender.StopAsync(CancellationToken.None);
        Assert.False(stop.IsCompleted);
        _ingest.Resume();
        await stop.WaitAsync(s_timeout, Cancel);
        Assert.All(await Task.WhenAll(fates).WaitAsync(s_timeout, Cancel), Assert.True);
        Assert.Equal(5000, _ingest.Taken().Length);
        Assert.False(await sender.LogAsync(Call()));
        await sender.DisposeAsync();
    }

    [Fact]
    public async Task Stop_ClusterAway_DropsAndCountsWhatIsLeft()
    {
        var dropped = Drops();
        _ingest.Fails = new TimeoutException();
        var sender = Sender(o => o.FlushSeconds = 0.05);
        var fates = Enumerable.Range(0, 30).Select(_ => sender.LogAsync(Call())).ToArray();
        await sender.StopAsync(CancellationToken.None).WaitAsync(s_timeout, Cancel);
        Assert.All(await Task.WhenAll(fates).WaitAsync(s_timeout, Cancel), Assert.False);
        Assert.Equal(30, dropped());
        await sender.DisposeAsync();
    }

    private static UsageCall Call() => new() { Provider = "polygon", Operation = "GET /v3/quotes", Status = UsageStatus.Ok };

    [Fact]
    public async Task Log_OfObservedCalls_GathersForAMoment_UntilAReportedOneComes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var sender = Sender(o => (o.Senders, o.FlushSeconds) = (1, 0), clock);
        var first = sender.LogAsync(Call() with { Source = UsageSource.Observed });

        // A fake clock stands still: without the rule it would be sent in this time.
        await Task.Delay(100, Cancel);
        var second = sender.LogAsync(Call() with { Source = UsageSource.Observed });
        Assert.Equal(0, _ingest.Calls);
        clock.Advance(TimeSpan.FromMilliseconds(5));
        Assert.All(await Task.WhenAll(first, second).WaitAsync(s_timeout, Cancel), Assert.True);
        Assert.Equal(1, _ingest.Calls);

        Assert.True(await sender.LogAsync(Call()).WaitAsync(s_timeout, Cancel));
    }

    private UsageSender Sender(Action<IntegrationUsageOptions>? set = null, TimeProvider? time = null)
    {
        var options = new IntegrationUsageOptions { RetrySeconds = 0.01, MaxRetrySeconds = 0.02 };
        set?.Invoke(options);
        Assert.True(options.IsValid());
        return new UsageSender(_ingest.Factory, Options.Create(options), time ?? TimeProvider.System, NullLogger<UsageSender>.Instance);
    }

    /// <summary>What the sender's own meter says; the drops of senders of other tests are taken off.</summary>
    private static Func<long> Drops()
    {
        var before = Read();
        return () => Read() - before;

        static long Read()
        {
            var sum = 0L;
            using var listener = new MeterListener
            {
                InstrumentPublished = (published, self) =>
                {
                    if (published.Name == "controlplane.usage.client.dropped") self.EnableMeasurementEvents(published);
                },
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => sum += value);
            listener.Start();
            listener.RecordObservableInstruments();
            return sum;
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        var end = DateTime.UtcNow + s_timeout;
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < end);
            await Task.Delay(5, Cancel);
        }
    }
}
