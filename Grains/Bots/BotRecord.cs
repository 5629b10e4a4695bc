using ControlPlane.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Bots;

/// <summary>A bot's state, and the one way in which it is written.</summary>
internal sealed class BotRecord(string botId, StoredState<BotState> stored, IBotIndex index, ILogger logger) : IDisposable
{
    private SemaphoreSlim? _writing;
    private bool _unknown;

    public BotState State => stored.State;

    public Task ReadAsync() => stored.ReadAsync();

    /// <summary>Writes one change at a time, the index row first. A row without a state is harmless; a bot that is in no list is not.
    /// After a failure the outcome is unknown, so the state is read again before anything else is done with it.</summary>
    /// <returns>False when it failed, and then the state is as it was before.</returns>
    public async Task<bool> TryWriteAsync(Action<BotState> change)
    {
        var writing = _writing ??= new(1, 1);
        await writing.WaitAsync();
        var before = stored.State;
        try
        {
            if (_unknown) await ReloadAsync();
            before = stored.State;
            var next = before.Copy();
            change(next);
            if (next.Spec is { } spec && (spec != before.Spec || next.Tier != before.Tier || next.Kill != before.Kill || next.RunnerWatched != before.RunnerWatched))
            {
                await index.UpsertAsync(new BotIndexRow(botId, spec, next.Tier, next.Kill, next.RunnerWatched, next.RegisteredAt), CancellationToken.None);
            }

            stored.State = next;
            await stored.WriteAsync();
            return true;
        }
        catch (Exception e)
        {
            BotLog.LogNotWritten(logger, botId, e);
            stored.State = before;
            _unknown = true;
            return false;
        }
        finally
        {
            writing.Release();
        }
    }

    public void Dispose() => _writing?.Dispose();

    private async Task ReloadAsync()
    {
        await stored.ReadAsync();
        _unknown = false;
    }
}
