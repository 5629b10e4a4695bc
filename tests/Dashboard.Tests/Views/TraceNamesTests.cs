using System.Text.Json;
using ControlPlane.Contracts;
using ControlPlane.Dashboard.Views.Bots.Detail;
using ControlPlane.Dashboard.Views.Traces;

namespace ControlPlane.Dashboard.Tests.Views;

public sealed class TraceNamesTests
{
    [Theory]
    [InlineData("trend_strength", "-0.29777", "trend strength −0.29777")]
    [InlineData("horizon_s", "4", "horizon 4 s")]
    [InlineData("min_pause_ms", "2000", "min pause 2,000 ms")]
    [InlineData("regime", "\"calm\"", "regime calm")]
    [InlineData("_s", "1", " s 1")]
    public void Variable_OfABot_IsToldInWordsWithItsUnit(string name, string json, string told) =>
        Assert.Equal(told, TraceNames.Variable(name, JsonDocument.Parse(json).RootElement));

    [Fact]
    public void Rule_TellsWhatWasMeasuredAgainstIt()
    {
        Assert.Equal(": min pause 1,005 ms against 2,000 ms", TraceNames.Rule(new NoTradeReasonRow("COOLDOWN", "min_pause_ms", 2000, 1005, null)));
        Assert.Equal(": spread 1.083451 against 1.083452", TraceNames.Rule(new NoTradeReasonRow("RISK_LIMIT", "spread", 1.083452m, 1.083451m, null)));
        Assert.Equal(": max position, limit 3", TraceNames.Rule(new NoTradeReasonRow("POSITION_LIMIT", "max_position", 3, null, null)));
        Assert.Equal("", TraceNames.Rule(new NoTradeReasonRow("NO_SIGNAL", null, null, null, null)));
    }

    [Theory]
    [InlineData(" 4BF92F3577B34DA6A3CE929D0E0E4736 ", "4bf92f3577b34da6a3ce929d0e0e4736")]
    [InlineData("4bf92f35", null)]
    [InlineData("4bf92f3577b34da6a3ce929d0e0e473g", null)]
    public void TraceId_IsFoundInWhatWasPasted(string text, string? id) => Assert.Equal(id, TraceFinding.Id(text));
}
