using System.Diagnostics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>Holds the bot's lease: starts it, renews it, and gives it up. Works in a loop of its own, so that a slow look at the market
/// does not look like a death.</summary>
internal sealed partial class BotRunner(
    BotProfile profile, IBotGrain bot, BotPermit permit, IGatewayAccess gateway, TimeProvider time, IHostClock clock, ILogger<BotRunner> logger)
{
    private static readonly TimeSpan s_startPause = TimeSpan.FromSeconds(1);
    private bool _registered;
    private long _deniedAt;

    /// <summary>One turn: whatever is due now.</summary>
    public async Task TickAsync()
    {
        try
        {
            if (!_registered) await RegisterAsync();
            if (permit.Lease is null) await StartAsync();
            else if (permit.Lease.RenewalDue) await RenewAsync(permit.Lease);
        }
        catch (Exception e)
        {
            // The lease counts on by itself: when it can't be renewed in time, the permit closes.
            LogFailed(logger, profile.BotId, e);
        }
    }

    /// <summary>Gives the lease up, so that the next start need not wait for its end.</summary>
    public async Task StopAsync()
    {
        if (permit.Lease is not { } lease) return;
        permit.Closed(Codes.RunnerDown);
        await bot.Stop(profile.RunnerId, lease.Epoch, Me());
    }

    /// <summary>A second process of the same runner starts, which the one before does not hear of. Only while the bot may open: a start that is
    /// denied must not cost a position its lease.</summary>
    /// <returns>The lease that was lost; null when nobody was replaced.</returns>
    public async Task<RunnerLease?> ReplaceAsync()
    {
        if (!permit.Check().MayOpen || permit.Lease is not { } former || !await TryStartAsync()) return null;
        return former;
    }

    private async Task RegisterAsync()
    {
        if (await bot.Get() is null)
        {
            var answer = await bot.Register(new BotRegistration(profile.Name, profile.UserId, profile.Requires, TradingMode.Paper, null), Me());
            if (!answer.Done) return;
        }

        _registered = true;
    }

    private async Task StartAsync()
    {
        if (_deniedAt != 0 && time.GetElapsedTime(_deniedAt) < s_startPause) return;
        if (await TryStartAsync()) _deniedAt = 0;
        else _deniedAt = time.GetTimestamp();
    }

    private async Task<bool> TryStartAsync()
    {
        var (held, sentAt) = (permit.Lease is not null, clock.Read());
        var answer = await bot.Start(profile.RunnerId, TradingMode.Paper, Me());
        if (answer is not { Granted: true, Lease: { } terms })
        {
            if (!held) permit.Closed(answer.Code ?? Codes.DataUnavailable);
            return false;
        }

        permit.Granted(new RunnerLease(clock, answer.Epoch, terms, sentAt, gateway.LeaseToken(profile.BotId, answer.Epoch)));

        // The first heartbeat makes a granted start a running one.
        await RenewAsync(permit.Lease!);
        return true;
    }

    private async Task RenewAsync(RunnerLease lease)
    {
        var sentAt = clock.Read();
        var answer = await bot.Heartbeat(profile.RunnerId, lease.Epoch, Me());

        // Another start came meanwhile: the answer is about a lease that is over.
        if (permit.Lease != lease) return;
        if (answer.Code is { } code)
        {
            // Fenced: nothing may be done under this epoch any more. The next turn asks for a new one.
            permit.Closed(code);
            LogFenced(logger, profile.BotId, lease.Epoch, code);
            return;
        }

        permit.Told(answer.Directive, answer.Exits);
        if (answer.Lease is { } terms) lease.Renewed(terms, sentAt);
    }

    private Caller Me() => new(profile.RunnerId, "runner", (Activity.Current?.TraceId ?? ActivityTraceId.CreateRandom()).ToHexString());

    [LoggerMessage(EventIds.BotRunnerFailed, LogLevel.Warning, "Sample bot {BotId}: the control plane could not be asked")]
    private static partial void LogFailed(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.BotRunnerFenced, LogLevel.Information, "Sample bot {BotId}: fenced under epoch {LeaseEpoch} ({Code})")]
    private static partial void LogFenced(ILogger logger, string botId, long leaseEpoch, string code);
}
