using ControlPlane.SampleBots.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>Wakes the bots once the gateway answers, keeps them awake, and lets them give up their leases when the host stops.</summary>
internal sealed partial class SampleBotWaker(
    IGrainFactory grains, IGatewayAccess gateway, IHttpClientFactory clients, TimeProvider time, ILogger<SampleBotWaker> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_ask = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_say = TimeSpan.FromSeconds(10);
    private bool _woken;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_woken) return;
        await Task.WhenAll(Bots().Select(static bot => bot.Retire())).WaitAsync(s_farewell, time, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await UntilGatewayAnswersAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            _woken = true;
            foreach (var bot in Bots())
            {
                try
                {
                    await bot.Wake().WaitAsync(s_period, time, stoppingToken);
                }
                catch (Exception e)
                {
                    if (!stoppingToken.IsCancellationRequested) LogAsleep(logger, bot.GetPrimaryKeyString(), e);
                }
            }

            await Task.Delay(s_period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The silo starts before the server listens: a bot that ran by then could reach nothing.</summary>
    private async Task UntilGatewayAnswersAsync(CancellationToken stoppingToken)
    {
        var (startedAt, saidAt) = (time.GetTimestamp(), time.GetTimestamp());
        while (!await AnswersAsync(stoppingToken) && !stoppingToken.IsCancellationRequested)
        {
            if (time.GetElapsedTime(saidAt) >= s_say)
            {
                saidAt = time.GetTimestamp();
                LogWaiting(logger, (long)time.GetElapsedTime(startedAt).TotalSeconds);
            }

            await Task.Delay(s_ask, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!stoppingToken.IsCancellationRequested) LogReached(logger, gateway.Address!);
    }

    /// <summary>Any answer will do: a call without a token is refused, by the gateway itself.</summary>
    private async Task<bool> AnswersAsync(CancellationToken stoppingToken)
    {
        if (gateway.Address is not { } address) return false;
        try
        {
            using var client = clients.CreateClient(GatewayClient.Name);
            using var answer = await client.GetAsync(new Uri(address, $"{MarketDataClient.Provider}/"), stoppingToken);
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private ISampleBot[] Bots() =>
    [
        grains.GetGrain<IMomentumBot>("demo-momentum"),
        grains.GetGrain<IMeanReversionBot>("demo-mean-reversion"),
        grains.GetGrain<IAdvisedBot>("demo-advised"),
        grains.GetGrain<ICarelessBot>("demo-careless"),
    ];

    [LoggerMessage(EventIds.SampleBotWakerWaiting, LogLevel.Warning, "The sample bots have waited {Seconds} s for the gateway to answer. They start when it does")]
    private static partial void LogWaiting(ILogger logger, long seconds);

    [LoggerMessage(EventIds.SampleBotWakerReached, LogLevel.Information, "The sample bots reach their providers at {Gateway}")]
    private static partial void LogReached(ILogger logger, Uri gateway);

    [LoggerMessage(EventIds.SampleBotWakerAsleep, LogLevel.Warning, "Sample bot {BotId} could not be woken")]
    private static partial void LogAsleep(ILogger logger, string botId, Exception exception);
}
