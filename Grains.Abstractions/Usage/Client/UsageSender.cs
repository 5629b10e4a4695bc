using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Abstractions;

/// <summary>Gathers recorded calls and sends them to the cluster until they are committed. While one batch is on its way the next one
/// gathers. A reported call never waits on purpose; observed ones gather for a few milliseconds.</summary>
internal sealed partial class UsageSender : IIntegrationUsage, IAsyncDisposable, IDisposable
{
    private readonly IGrainFactory _grains;
    private readonly IntegrationUsageOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<UsageSender> _logger;
    private readonly UsageBuffer _buffer;
    private readonly LossLedger _losses = new();
    private readonly UsageSenderMetrics _metrics;
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _starting = new();
    private Task[]? _senders;
    private int _tellingLosses;
    private int _disposed;
    private long _lastDropLogged;
    private volatile bool _ended;

    public UsageSender(IGrainFactory grains, IOptions<IntegrationUsageOptions> options, TimeProvider time, ILogger<UsageSender> logger)
    {
        _grains = grains;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _buffer = new UsageBuffer(_options.MaxBuffered, _options.MaxBatch);
        _metrics = new UsageSenderMetrics(() => _buffer.Held);
    }

    public Task<bool> LogAsync(UsageCall call)
    {
        try
        {
            _metrics.Logged();
            var usage = Event(call);
            if (_ended || !_buffer.TryAdd(usage, out var fate, out var opened)) return Drop(usage);
            if (opened) Wake();
            return fate;
        }
        catch (Exception e)
        {
            // Whatever is wrong here, the call that is measured has nothing to do with it.
            LogNotTaken(_logger, e);
            _metrics.DroppedInvalid();
            return Task.FromResult(false);
        }
    }

    /// <summary>Sends what is held, as long as the time allows; the rest is dropped and counted.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ended) return;
        try
        {
            await _buffer.WhenEmpty().WaitAsync(TimeSpan.FromSeconds(_options.FlushSeconds), _time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Counted below.
        }

        _ended = true;
        await _ending.CancelAsync();
        if (_senders is { } senders) await Task.WhenAll(senders).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var left = 0;
        while (_buffer.Take() is { } batch)
        {
            left += batch.Count;
            _buffer.Release(batch, committed: false);
        }

        if (left == 0) return;
        _metrics.DroppedAtEnd(left);
        LogLeft(_logger, left);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        _ending.Dispose();
        _work.Dispose();
        _metrics.Dispose();
    }

    /// <summary>For containers that are not disposed asynchronously. Blocks for <see cref="IntegrationUsageOptions.FlushSeconds"/> at most.</summary>
    public void Dispose() => Task.Run(async () => await DisposeAsync()).GetAwaiter().GetResult();

    private UsageEvent Event(UsageCall call)
    {
        var now = _time.GetUtcNow();
        return new UsageEvent(
            call.EventId is { } id && id != Guid.Empty ? id : Guid.CreateVersion7(now),
            call.OccurredAt?.ToUniversalTime() ?? now,
            PlainText.Sanitize(call.UserId ?? IntegrationUsageScope.CurrentUser, UsageLimits.MaxText),
            PlainText.Sanitize(call.BotId ?? IntegrationUsageScope.CurrentBot, UsageLimits.MaxText),
            PlainText.Sanitize(call.Provider, UsageLimits.MaxText) ?? "",
            OperationLabel.Clean(call.Operation) ?? "call",
            call.Status,
            call.HttpStatus is >= 100 and <= 599 ? call.HttpStatus : null,
            call.LatencyMs is { } latency ? Math.Clamp(latency, 0, UsageLimits.MaxLatencyMs) : null,
            Trace(call.TraceId),
            PlainText.Sanitize(call.ErrorCode, UsageLimits.MaxText))
        {
            Source = call.Source,
            InputTokens = call.InputTokens is >= 0 ? call.InputTokens : null,
            OutputTokens = call.OutputTokens is >= 0 ? call.OutputTokens : null,
        };
    }

    private static string? Trace(string? given)
    {
        if (given is not null) return given.Length == 32 && given.All(char.IsAsciiHexDigitLower) ? given : null;
        return Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null;
    }

    private Task<bool> Drop(UsageEvent usage)
    {
        _losses.Add(usage.Provider, 1, usage.OccurredAt);
        if (_ended) _metrics.DroppedAtEnd(1);
        else _metrics.DroppedFull();
        Wake();

        // Once a second: a flood of drops must not become a flood of lines.
        var last = Volatile.Read(ref _lastDropLogged);
        var now = _time.GetTimestamp();
        if ((last == 0 || _time.GetElapsedTime(last, now) >= TimeSpan.FromSeconds(1)) && Interlocked.CompareExchange(ref _lastDropLogged, now, last) == last)
            LogDropping(_logger, _options.MaxBuffered);
        return Task.FromResult(false);
    }

    private void Wake()
    {
        if (_ended) return;
        _work.Release();
        if (Volatile.Read(ref _senders) is null) StartSenders();
    }

    /// <summary>Started by the first event, so that it works without a host too; free of the scope and trace of whoever logged it.</summary>
    private void StartSenders()
    {
        lock (_starting)
        {
            if (_senders is not null) return;
            using (ExecutionContext.SuppressFlow())
            {
                Volatile.Write(ref _senders, [.. Enumerable.Range(0, _options.Senders).Select(_ => Task.Run(SendAsync))]);
            }
        }
    }

    [LoggerMessage(EventIds.UsageSenderDropping, LogLevel.Error, "Usage events are dropped: {MaxBuffered} are buffered already. The figures of their providers are incomplete.")]
    private static partial void LogDropping(ILogger logger, int maxBuffered);

    [LoggerMessage(EventIds.UsageSenderLeft, LogLevel.Error, "{Count} usage events were not sent before the process ended, and are lost.")]
    private static partial void LogLeft(ILogger logger, int count);

    [LoggerMessage(EventIds.UsageSenderNotTaken, LogLevel.Error, "A usage event could not be taken.")]
    private static partial void LogNotTaken(ILogger logger, Exception exception);
}
