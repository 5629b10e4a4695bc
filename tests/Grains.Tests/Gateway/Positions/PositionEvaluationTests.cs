using ControlPlane.Abstractions;
using ControlPlane.Grains.Gateway.Positions;

namespace ControlPlane.Grains.Tests.Gateway.Positions;

public sealed class PositionEvaluationTests
{
    private const decimal Tolerance = 0.5m;

    [Fact]
    public void Contradiction_OfTheOnlyBot_IsSettledByWhatTheBrokerHas()
    {
        var evaluated = PositionEvaluation.Of("alpaca", [Bot("a", 3, known: false)], 5, Tolerance);
        Assert.True(evaluated.Agrees);
        var (bot, position) = Assert.Single(evaluated.Writes);
        Assert.Equal(("a", 5m, true, "stamp-a"), (bot, position.Quantity, position.Settles, position.Stamp));
    }

    [Fact]
    public void KnownPosition_OfTheOnlyBot_IsHeldAgainstTheBrokers()
    {
        Assert.Empty(PositionEvaluation.Of("alpaca", [Bot("a", 3)], 3, Tolerance).Writes);
        var evaluated = PositionEvaluation.Of("alpaca", [Bot("a", 3)], 5, Tolerance);
        Assert.False(evaluated.Agrees);
        Assert.Equal((5m, false), (Assert.Single(evaluated.Writes).Position.Quantity, evaluated.Writes[0].Position.Settles));
        var aside = Bot("a", 3);
        Assert.True(PositionEvaluation.Of("alpaca", [aside with { Holding = aside.Holding with { Aside = 2 } }], 5, Tolerance).Agrees);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Position_ThatMayBeHeldElsewhere_IsNotEvaluated(bool known)
    {
        var elsewhere = Bot("b", 2, known);
        var evaluated = PositionEvaluation.Of("alpaca", [Bot("a", 3, known: false), elsewhere with { Holding = elsewhere.Holding with { Elsewhere = true } }], 5, Tolerance);
        Assert.Null(evaluated.Agrees);
        Assert.Empty(evaluated.Writes);
    }

    [Fact]
    public void UnitsThatWereSetAside_LeaveASharedPositionUnevaluated()
    {
        var aside = Bot("b", 2);
        Assert.Null(PositionEvaluation.Of("alpaca", [Bot("a", 3, known: false), aside with { Holding = aside.Holding with { Aside = 1 } }], 5, Tolerance).Agrees);
    }

    /// <summary>What the rules say, put down again: the sum decides, each bot is held against the whole difference, and a contradiction ends at the bot's own ledger.</summary>
    [Fact]
    public void SharedPosition_IsEvaluatedByTheSum_InAnyCase()
    {
        var random = new Random(16);
        for (var i = 0; i < 20_000; i++)
        {
            var bots = Enumerable.Range(0, random.Next(2, 5)).Select(n => Bot($"b{n}", random.Next(-1_000, 1_001), random.Next(3) > 0)).ToArray();
            var sum = bots.Sum(bot => bot.Holding.Held);
            var quantity = random.Next(3) == 0 ? sum : sum + random.Next(-12, 13);
            var evaluated = PositionEvaluation.Of("alpaca", bots, quantity, Tolerance);

            // By doubles and without the code's own rule of tolerance.
            var difference = (double)(quantity - sum);
            var peak = bots.Sum(bot => Math.Max(Math.Abs((double)bot.Holding.Held), Math.Max((double)bot.Holding.Peak, Math.Abs((double)bot.Holding.Held + difference))));
            var agrees = Math.Abs(difference) <= peak * 0.005 + 1e-9;
            Assert.Equal(agrees, evaluated.Agrees);
            var written = evaluated.Writes.ToDictionary(write => write.BotId, write => write.Position);
            if (agrees)
            {
                Assert.Equal(bots.Where(bot => !bot.Holding.Known).Select(bot => bot.BotId), written.Keys);
                Assert.All(bots.Where(bot => !bot.Holding.Known), bot => Assert.Equal((true, bot.Holding.Held), (written[bot.BotId].Settles, written[bot.BotId].Quantity)));
            }
            else
            {
                Assert.All(bots, bot => Assert.Equal((false, bot.Holding.Held + quantity - sum), (written[bot.BotId].Settles, written[bot.BotId].Quantity)));
            }
        }
    }

    private static BotHolding Bot(string bot, decimal held, bool known = true) => new(bot, new("AAPL", [new("AAPL", "{}")], false, held, Math.Abs(held), known, 0, [], $"stamp-{bot}", default));
}
