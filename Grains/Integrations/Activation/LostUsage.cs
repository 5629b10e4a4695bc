using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Lost use: kept on disk, for figures without it must not look whole after a restart either.</summary>
internal sealed partial class LostUsage(
    string provider, IPersistentState<ProviderLossState> row, TimeSpan countsFor, ProviderNotices notices, TimeProvider time, ILogger logger)
{
    /// <summary>Remembered ids, so that a loss reported again counts once.</summary>
    private const int Remembered = 256;
    private readonly Queue<Guid> _ids = new();
    private Task _written = Task.CompletedTask;

    /// <summary>Whether a loss is not known to be on disk.</summary>
    public bool Unwritten { get; private set; }

    /// <summary>The loss that figures still reach back to; null without one.</summary>
    public LostUse? Standing(DateTimeOffset now) =>
        row.State is { LastAt: { } lastAt, Since: { } since } && lastAt > now - countsFor ? new(since, lastAt) : null;

    /// <summary>Takes a loss over at once and answers when it is on disk.</summary>
    public async Task TakeAsync(UsageLoss loss)
    {
        if (!_ids.Contains(loss.LossId))
        {
            _ids.Enqueue(loss.LossId);
            if (_ids.Count > Remembered) _ids.Dequeue();
            Take(loss);
            Unwritten = true;
            notices.Changed();
            LogUsageLost(logger, provider, loss.Events);
        }

        await WriteAsync();
    }

    /// <summary>Writes what is not on disk yet. One write at a time, as all of them have the same version to replace.</summary>
    public async Task WriteAsync()
    {
        while (!_written.IsCompleted) await _written.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!Unwritten) return;
        _written = WriteRowAsync();
        await _written;
    }

    private void Take(UsageLoss loss)
    {
        var now = time.GetUtcNow();
        var state = row.State;
        var standing = Standing(now) is not null;
        state.Since = standing ? state.Since : now;
        state.Events = loss.Events + (standing ? state.Events : 0);

        // An event of the future can't hold the figures back for longer than one of this moment.
        var lastAt = loss.LastAt < now ? loss.LastAt : now;
        state.LastAt = state.LastAt > lastAt ? state.LastAt : lastAt;
    }

    private async Task WriteRowAsync()
    {
        var (events, since, lastAt) = (row.State.Events, row.State.Since, row.State.LastAt);
        try
        {
            Unwritten = false;
            await row.WriteStateAsync();
        }
        catch (Exception e)
        {
            // Its outcome is unknown: take the version that is there, and keep what is known here.
            Unwritten = true;
            if (e is InconsistentStateException)
            {
                await row.ReadStateAsync();
                (row.State.Events, row.State.Since, row.State.LastAt) = (events, since, lastAt);
            }

            throw;
        }
    }

    [LoggerMessage(EventIds.ProviderUsageLost, LogLevel.Error, "{Count} usage events of {Provider} were lost. Its figures are incomplete.")]
    private static partial void LogUsageLost(ILogger logger, string provider, long count);
}
