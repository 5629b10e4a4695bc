using System.Collections.Frozen;
using ControlPlane.ProviderSimulator.Market;

namespace ControlPlane.ProviderSimulator.Live;

/// <summary>Answers worked out from the simulated market, by the name that a route's script gives as <c>live</c>. They stand in for
/// the scripted <c>active</c> answer and have its form.</summary>
internal sealed class LiveAnswers
{
    private readonly FrozenDictionary<string, Func<LiveCall, AnswerScript?>> _answers;

    public LiveAnswers(SimulatedMarket market, TimeProvider time)
    {
        var data = new PolygonAnswers(market);
        var broker = new AlpacaAnswers(market, time);
        var advisor = new OpenAiAnswers(market, time);
        _answers = new Dictionary<string, Func<LiveCall, AnswerScript?>>
        {
            ["polygon_market_status"] = data.MarketStatus,
            ["polygon_last_quote"] = data.LastQuote,
            ["polygon_last_trade"] = data.LastTrade,
            ["polygon_bars"] = data.Bars,
            ["alpaca_account"] = broker.Account,
            ["alpaca_clock"] = broker.Clock,
            ["alpaca_positions"] = broker.Positions,
            ["alpaca_position"] = broker.Position,
            ["alpaca_submit"] = broker.Submit,
            ["alpaca_order"] = broker.Order,
            ["alpaca_order_by_client_id"] = broker.OrderByClientId,
            ["alpaca_cancel"] = broker.Cancel,
            ["openai_chat"] = advisor.Chat,
        }.ToFrozenDictionary();
    }

    /// <summary>The names that a script may give.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
        new LiveAnswers(new SimulatedMarket(new MarketOptions(), TimeProvider.System), TimeProvider.System)._answers.Keys.Order(StringComparer.Ordinal).ToList();

    /// <summary>The answer, or null when the scripted one will do.</summary>
    public AnswerScript? Answer(string name, LiveCall call) => _answers[name](call);
}
