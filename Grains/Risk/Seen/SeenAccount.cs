using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Risk.Seen;

/// <summary>Reckons what fills realise that the gateway saw, by the average price of the position. Each fill is booked once, when its price is known.
/// Trades that a bot tells change nothing here.</summary>
internal static class SeenAccount
{
    /// <param name="order">After the provider told of it.</param>
    /// <param name="lots">Of the order's symbol.</param>
    /// <returns>Null when there is nothing to book.</returns>
    public static SeenBooking? Book(GrantedOrder order, IReadOnlyList<SeenLot> lots, SeenTerms terms, DateTimeOffset now)
    {
        if (order.Passage is not { Booked: { } booked, SeenPrice: { } average } passage || passage.Seen <= booked) return null;
        try
        {
            var multiplier = Math.Max(terms.Multiplier(order.Symbol), order.Multiplier);
            var units = passage.Seen - booked;
            var fee = (passage.SeenFee ?? 0) - (passage.BookedFee ?? 0);
            var price = (((passage.Seen * average) - (booked * (passage.BookedPrice ?? 0))) / units) + (Sign(order.Side) * fee / (units * multiplier));
            var book = new Ledger(order, price, multiplier, terms.Currency, now, lots);
            book.Fill(units);
            return new(
                order with { Passage = passage with { Booked = passage.Seen, BookedPrice = average, BookedFee = passage.SeenFee ?? passage.BookedFee } },
                [.. book.Lots], [.. book.Closes]);
        }
        catch (OverflowException)
        {
            // Not booked, it is not known what it realised.
            return null;
        }
    }

    private static int Sign(OrderSide side) => side == OrderSide.Buy ? 1 : -1;

    private sealed class Ledger(GrantedOrder order, decimal price, decimal multiplier, string currency, DateTimeOffset now, IReadOnlyList<SeenLot> lots)
    {
        public List<SeenLot> Lots { get; } = [.. lots.OrderBy(lot => lot.SeenAt).ThenBy(lot => lot.OrderId, StringComparer.Ordinal)];

        public List<SeenClose> Closes { get; } = [];

        public void Fill(decimal units)
        {
            units = CloseHeld(units);
            if (units > 0 && order.Intent == OrderIntent.Open) units = EnterLate(units);
            if (units > 0) Add(units);
        }

        /// <summary>Closes what is held on the other side. What is left of it keeps the average as its price.</summary>
        private decimal CloseHeld(decimal units)
        {
            var held = Lots.Where(lot => lot.Opens && lot.Side != order.Side).ToArray();
            if (held.Length == 0) return units;
            var average = held.Sum(lot => lot.Units * lot.Price) / held.Sum(lot => lot.Units);
            foreach (var lot in held)
            {
                var closed = Math.Min(lot.Units, units);
                units -= closed;
                if (closed > 0) Closes.Add(new(order.OrderId, lot.OrderId, closed, Sign(lot.Side) * (price - average) * closed * multiplier, currency, now));
                Replace(lot, lot with { Units = lot.Units - closed, Price = average });
            }

            return units;
        }

        /// <summary>An exit can be seen before the entry that it closed, when the entry's fill is found by a look-up alone. An entry that was granted after
        /// the exit can't be what it closed.</summary>
        private decimal EnterLate(decimal units)
        {
            foreach (var exit in Lots.Where(lot => !lot.Opens && lot.Side != order.Side && lot.GrantedAt >= order.GrantedAt).ToArray())
            {
                var closed = Math.Min(exit.Units, units);
                units -= closed;
                if (closed > 0) Closes.Add(new(exit.OrderId, order.OrderId, closed, Sign(order.Side) * (exit.Price - price) * closed * multiplier, currency, now));
                Replace(exit, exit with { Units = exit.Units - closed });
            }

            return units;
        }

        private void Add(decimal units)
        {
            var fresh = new SeenLot(order.OrderId, order.Symbol, order.Side, units, price, order.Intent == OrderIntent.Open, order.GrantedAt, now);
            if (Lots.Find(lot => lot.OrderId == order.OrderId) is not { } own)
            {
                Lots.Add(fresh);
                return;
            }

            var sum = own.Units + units;
            Replace(own, own with { Units = sum, Price = ((own.Units * own.Price) + (units * price)) / sum, SeenAt = now });
        }

        private void Replace(SeenLot before, SeenLot after)
        {
            var at = Lots.IndexOf(before);
            if (after.Units > 0) Lots[at] = after;
            else Lots.RemoveAt(at);
        }
    }
}
