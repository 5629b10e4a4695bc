using ControlPlane.Abstractions;
using ControlPlane.SampleBots.Providers;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>A runner that was replaced and does not know it: it asks nobody whether its lease still counts, and sends an order under it.</summary>
/// <param name="broker">Under the lease that was lost.</param>
internal sealed partial class FormerRunner(BotProfile profile, RunnerLease lease, BrokerClient broker, ILogger<FormerRunner> logger)
{
    /// <summary>Sends one order for one unit.</summary>
    /// <returns>True when it was stopped at the gateway. False when it may have reached the broker: the account must be counted anew.</returns>
    public async Task<bool> OrderAsync(CancellationToken cancel)
    {
        try
        {
            await broker.SubmitAsync(profile.Symbol, OrderSide.Buy, 1, $"former-{Guid.CreateVersion7():N}", cancel);
            LogPassed(logger, profile.BotId, lease.Epoch);
            return false;
        }
        catch (ProviderCallException e)
        {
            if (e.Refusal == Codes.LeaseFenced) LogFenced(logger, profile.BotId, lease.Epoch);
            else LogNotFenced(logger, profile.BotId, lease.Epoch, e.Code);
            return !e.OutcomeUnknown;
        }
    }

    [LoggerMessage(EventIds.FormerRunnerFenced, LogLevel.Information, "Sample bot {BotId}: a runner that was replaced sent an order under epoch {LeaseEpoch}. The gateway refused it: LEASE_FENCED")]
    private static partial void LogFenced(ILogger logger, string botId, long leaseEpoch);

    [LoggerMessage(EventIds.FormerRunnerNotFenced, LogLevel.Warning, "Sample bot {BotId}: the order of a replaced runner under epoch {LeaseEpoch} came back with {Code}")]
    private static partial void LogNotFenced(ILogger logger, string botId, long leaseEpoch, string code);

    [LoggerMessage(EventIds.FormerRunnerPassed, LogLevel.Error, "Sample bot {BotId}: the gateway passed the order of a replaced runner under epoch {LeaseEpoch}")]
    private static partial void LogPassed(ILogger logger, string botId, long leaseEpoch);
}
