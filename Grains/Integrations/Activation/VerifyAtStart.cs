using ControlPlane.Grains.Integrations.Policy;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>Lets the verify at start through at once, unless the process has been starting over and over.</summary>
internal sealed class VerifyAtStart(string provider, IPersistentState<ProviderAttemptsState> row, VerifyTiming timing, TimeProvider time, ILogger logger)
{
    /// <summary>Counts a start, when it may verify now.</summary>
    public async Task<bool> MayVerifyAsync(VerifySchedule schedule)
    {
        var now = time.GetUtcNow();
        var recent = row.State.Starts.Where(s => s <= now && s > now.AddMinutes(-10)).ToList();
        var delay = schedule.StartDelay(recent.Count);
        if (delay > TimeSpan.Zero && recent[^1] + delay > now) return false;
        timing.Started();
        row.State.Starts = [.. recent.TakeLast(19), now];
        try
        {
            await row.WriteStateAsync();
        }
        catch (Exception e)
        {
            VerifyHistory.LogNotRecorded(logger, provider, e);
        }

        return true;
    }
}
