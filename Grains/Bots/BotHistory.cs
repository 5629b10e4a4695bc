using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots;

/// <summary>Changes of one bot in the history of transitions. Best effort: it is a record, and no decision depends on it.</summary>
internal sealed class BotHistory(BotContext bot)
{
    public void RecordRunner(RunnerState from, RunnerState to, string reason, string message, Caller? by) => Record("runner", Word(from), Word(to), reason, message, by);

    public void RecordKill(bool engaged, string reason, string message, Caller by) =>
        Record("kill_switch", engaged ? "released" : "engaged", engaged ? "engaged" : "released", reason, message, by);

    /// <summary>The row of a change that happens now.</summary>
    public GateTransition Row(string subject, string from, string to, string reason, string message, Caller? by)
    {
        var position = bot.Gate().Position;
        return new(bot.Time.GetUtcNow(), position.Epoch, position.Version, $"bot/{bot.Id}/{subject}", from, to, reason, message, by?.Name, by?.TraceId, null);
    }

    /// <summary>Puts the row on disk.</summary>
    /// <exception cref="TimeoutException">It took longer than a write may take.</exception>
    public Task WriteAsync(GateTransition row) =>
        bot.Services.Stores.Transitions.AppendAsync([row], CancellationToken.None).WaitAsync(bot.Limits.Write, bot.Time);

    private void Record(string subject, string from, string to, string reason, string message, Caller? by) =>
        TryWriteAsync(Row(subject, from, to, reason, message, by)).Ignore();

    private async Task TryWriteAsync(GateTransition row)
    {
        try
        {
            await WriteAsync(row);
        }
        catch (Exception e)
        {
            BotLog.LogRunnerNotWritten(bot.Logger, bot.Id, e);
        }
    }

    private static string Word(RunnerState state) => state switch
    {
        RunnerState.Starting => "starting",
        RunnerState.Running => "running",
        RunnerState.Lost => "lost",
        RunnerState.StartTimedOut => "start_timed_out",
        _ => "stopped",
    };
}
