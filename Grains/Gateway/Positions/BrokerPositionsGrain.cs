using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Calls;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Risk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace ControlPlane.Grains.Gateway.Positions;

/// <inheritdoc cref="IBrokerPositionsGrain"/>
[Reentrant]
internal sealed partial class BrokerPositionsGrain(
    ProviderCatalogue catalogue, IProviderCalls calls, IGatewayOrderStore store, IBotIndex bots, IOptions<RiskOptions> options, IGrainFactory grains, TimeProvider time, ILogger<BrokerPositionsGrain> logger)
    : Grain, IBrokerPositionsGrain
{
    private const string Refused = "too many questions";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(100);
    private readonly ComparisonPace _pace = new(time);
    private readonly BrokerTraders _traders = new(store, bots);
    private bool _comparing;

    /// <summary>Ledgers are read a twentieth of the time at most: with many bots a round is a load.</summary>
    private (long From, TimeSpan Pause) _round;

    public async Task Compare()
    {
        if (_comparing || catalogue.Find(this.GetPrimaryKeyString()) is not { Gateway.Orders.Positions.Count: > 0 } provider || !calls.Holds(provider)) return;
        _comparing = true;
        try
        {
            // Off this grain's scheduler: a slow broker must not hold anything up.
            using var limit = new CancellationTokenSource(s_limit);
            await Task.Run(() => CompareAsync(provider, limit.Token));
        }
        catch (Exception e)
        {
            LogNotRead(logger, provider.Id, e.GetType().Name);
        }
        finally
        {
            _comparing = false;
        }
    }

    private async Task CompareAsync(ProviderDefinition provider, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(_round.From) < _round.Pause || !_pace.IsDue(Refused, known: true) || calls.EnvironmentOf(provider) is not { } environment) return;
        var from = time.GetTimestamp();
        var holdings = new List<BotHolding>();
        foreach (var bot in await _traders.OfAsync(provider.Id, cancellationToken))
            holdings.AddRange((await grains.GetGrain<IBotGatewayGrain>(bot).Holdings(provider.Id, environment)).Select(holding => new BotHolding(bot, holding)));
        _round = (time.GetTimestamp(), 20 * time.GetElapsedTime(from));

        // A trade that is told after a settlement, and as of later, counts beside it: what was settled here is watched while it is held.
        var groups = PositionGroups.Of(provider, holdings).Where(group => group.IsShared || !group.AllKnown || (_pace.Watches(group.Key) && !group.IsFlat)).ToArray();
        _pace.Keep(groups.Select(group => group.Key).Append(Refused));
        var desk = new PositionDesk(provider, calls, time);
        foreach (var group in groups.Where(group => _pace.IsDue(group.Key, group.AllKnown)))
        {
            var helped = false;
            try
            {
                helped = await CompareAsync(desk, provider.Id, group, cancellationToken);
            }
            catch (TooManyQuestionsException)
            {
                _pace.Compared(Refused, helped: false);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogNotRead(logger, provider.Id, e.GetType().Name);
            }
            finally
            {
                _pace.Compared(group.Key, helped);
            }
        }

        _pace.Forget(Refused);
    }

    /// <returns>True when every ledger of the group stands after it.</returns>
    private async Task<bool> CompareAsync(PositionDesk desk, string provider, PositionGroup group, CancellationToken cancellationToken)
    {
        decimal quantity = 0;
        foreach (var question in group.Questions)
        {
            if (await desk.ReadAsync(question, cancellationToken) is not { } units) return false;
            quantity += units;
        }

        // Whatever was filled until the position was read is known after this, and another ledger then takes nothing over.
        foreach (var (bot, order) in group.Bots.SelectMany(bot => bot.Holding.Working.Select(order => (bot.BotId, order))))
        {
            await Task.Delay(s_pace, time, cancellationToken);
            if (await grains.GetGrain<IBotGatewayGrain>(bot).LookUp(order) is null) return false;
        }

        if (group.IsShared && !await StandAsync(provider, group)) return false;
        var evaluation = PositionEvaluation.Of(provider, group.Bots, quantity, options.Value.PositionTolerancePercent);
        var taken = true;
        foreach (var (bot, position) in evaluation.Writes) taken &= await grains.GetGrain<IBotGatewayGrain>(bot).TakeBrokerPosition(position);
        return evaluation.Agrees is true && taken;
    }

    /// <summary>Of several ledgers each must be as it was when the position was read. Else a fill of one would look like a loss of another.</summary>
    private async Task<bool> StandAsync(string provider, PositionGroup group)
    {
        foreach (var bot in group.Bots)
        {
            var now = await grains.GetGrain<IBotGatewayGrain>(bot.BotId).Holdings(provider, calls.EnvironmentOf(catalogue.Find(provider)!));
            if (now.FirstOrDefault(holding => holding.Symbol == bot.Holding.Symbol)?.Stamp != bot.Holding.Stamp) return false;
        }

        return true;
    }

    [LoggerMessage(EventIds.GatewayPositionNotRead, LogLevel.Warning, "Positions at {Provider} could not be compared: {Fault}. It is tried again.")]
    private static partial void LogNotRead(ILogger logger, string provider, string fault);
}
