using ControlPlane.Abstractions;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Ledger;
using ControlPlane.Grains.Risk.Symbols;

namespace ControlPlane.Grains.Tests.Risk;

/// <summary>What a statement makes of what is known of a position.</summary>
public sealed class PositionEntriesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    /// <summary>3 at the broker were there before; of 10 the bot has 7, and its trade tells of 5.</summary>
    [Fact]
    public void WhatWasSetAside_IsNotTheBots()
    {
        var aside = State(new("ES"), 3, 0, StatementKind.SetAside);
        Assert.Equal((3m, null, 0m), (aside.Aside, aside.Reported, aside.Offset));
        var settled = State(aside, 10, 1, StatementKind.Settle, Trade(5, s_noon));
        Assert.Equal((7m, 2m), (settled.Reported!.Value, settled.Offset));
    }

    [Fact]
    public void AnOlderStatement_ChangesNothing()
    {
        var later = State(new("ES"), 10, 1, StatementKind.Report);
        Assert.Same(later, State(later, 4, 0, StatementKind.Report));
        Assert.Equal(4, State(later, 4, 2, StatementKind.Report).Reported);
    }

    /// <summary>A settlement has seen what was open at its moment, whenever that is told, and nothing that opened later.</summary>
    [Theory]
    [InlineData(-1, 5)]
    [InlineData(1, 10)]
    public void ATradeToldLate_IsInTheSettlement_WhenItOpenedBefore(int minutes, double offset)
    {
        var settled = State(new("ES"), 10, 0, StatementKind.Settle);
        Assert.Equal(10, settled.Offset);
        Assert.Equal((decimal)offset, PositionEntries.Move(settled, null, Trade(5, s_noon.AddMinutes(minutes)), 5).Offset);
    }

    private static PositionEntry State(PositionEntry before, decimal quantity, int minutes, StatementKind kind, params LedgerTrade[] trades)
    {
        var at = s_noon.AddMinutes(minutes);
        return PositionEntries.State(before, new("ES", quantity, kind), new(at, at, [], 0.5m, [], [], SymbolNames.Plain), trades);
    }

    private static LedgerTrade Trade(decimal quantity, DateTimeOffset openedAt) => new("t", "ES", OrderSide.Buy, quantity, 100, 1, openedAt, null, null, null);
}
