using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Desk;

/// <summary>When a position is known. The recorded open trades are the position; a report of the broker's corrects them by its difference, which holds
/// for a time. A report that agreed with the trades holds on; one that differed and is too old leaves the position unknown until there is another.</summary>
internal static class PositionPolicy
{
    public static KnownPosition Evaluate(RiskBook book, DateTimeOffset now, TimeSpan validity)
    {
        if (book.Report is not { } report || report.Drift == 0) return KnownPosition.Of(book.Ledger);
        var age = now - report.At;
        if (age > validity || age < -validity) return KnownPosition.Unknown(NoTradeCodes.DataStale);
        return Amounts.Plus(book.Ledger, report.Drift) is { } position ? KnownPosition.Of(position) : KnownPosition.Unknown(NoTradeCodes.DataMissing);
    }
}
