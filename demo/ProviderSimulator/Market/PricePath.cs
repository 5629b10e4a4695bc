namespace ControlPlane.ProviderSimulator.Market;

/// <summary>The price of one instrument, tick after tick: regimes of 20 to 45 seconds that follow each other by the dice.
/// Not safe for several threads.</summary>
internal sealed class PricePath(Instrument instrument, ulong seed)
{
    /// <summary>Ticks that can still be read: 15 minutes.</summary>
    public const int Kept = 15 * 60 * SimulatedMarket.TicksASecond;

    // Moves of the logarithm of the price in one tick.
    private const double TrendDrift = 0.00007;
    private const double TrendNoise = 0.00018;
    private const double RevertPull = 0.08;
    private const double RevertNoise = 0.0006;
    private const double QuietNoise = 0.00003;

    private readonly PriceTick[] _ticks = new PriceTick[Kept];
    private SeededDice _dice = SeededDice.For(seed, instrument.Symbol);
    private double _log = Math.Log(instrument.BasePrice);
    private double _anchor;
    private Regime _regime;
    private int _left;

    public Instrument Instrument { get; } = instrument;

    /// <summary>The latest tick, or -1 before the first.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>A tick between the oldest kept one and <see cref="Last"/>; others give the nearest of them.</summary>
    public PriceTick this[long tick] => _ticks[Math.Clamp(tick, Math.Max(0, Last - Kept + 1), Last) % Kept];

    public void AdvanceTo(long tick)
    {
        while (Last < tick)
        {
            if (_left-- <= 0)
                ChooseRegime();
            _log += Move();
            _ticks[++Last % Kept] = new PriceTick(Last, Math.Exp(_log), _regime);
        }
    }

    private double Move() => _regime switch
    {
        Regime.TrendUp => TrendDrift + (TrendNoise * _dice.NextNormal()),
        Regime.TrendDown => -TrendDrift + (TrendNoise * _dice.NextNormal()),
        Regime.Reverting => (RevertPull * (_anchor - _log)) + (RevertNoise * _dice.NextNormal()),
        _ => QuietNoise * _dice.NextNormal(),
    };

    private void ChooseRegime()
    {
        var kind = _dice.Next();
        var away = _log - Math.Log(Instrument.BasePrice);

        // The farther from its base, the likelier the way back: a demo that runs for days keeps its prices in sight.
        var up = _dice.Next() < Math.Clamp(0.5 - (2 * away), 0.1, 0.9);
        _regime = kind < Instrument.TrendWeight ? (up ? Regime.TrendUp : Regime.TrendDown)
            : kind < Instrument.TrendWeight + Instrument.RevertWeight ? Regime.Reverting
            : Regime.Quiet;
        _anchor = _log;
        _left = (int)((20 + (25 * _dice.Next())) * SimulatedMarket.TicksASecond);
    }
}
