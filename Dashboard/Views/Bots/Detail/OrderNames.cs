using ControlPlane.Contracts;
using ControlPlane.Dashboard.Components;

namespace ControlPlane.Dashboard.Views.Bots.Detail;

/// <summary>Orders in words.</summary>
public static class OrderNames
{
    /// <summary>What an order with the status unknown means, and how it ends.</summary>
    public const string Unknown =
        "Nobody has told of an unknown order in time, or its answer was lost: it may work, be filled or be over. It counts by its worse outcome until its end is reported or the position is settled.";

    public static bool IsUnknown(OrderRow order) => order.Status == "unknown";

    public static string Side(OrderRow order) => order.Side switch { "buy" => "Buy", "sell" => "Sell", _ => order.Side };

    public static string Intent(OrderRow order) => order.Intent switch { "open" => "Opens", "reduce" => "Reduces", _ => order.Intent };

    public static string Status(OrderRow order) => order.Status switch { "open" => "Open", "unknown" => "Unknown", _ => order.Status };

    public static Tone Tone(OrderRow order) => order.Status switch { "open" => Components.Tone.Info, "unknown" => Components.Tone.Unknown, _ => Components.Tone.None };

    public static Glyph Shape(OrderRow order) => IsUnknown(order) ? Glyph.Diamond : Glyph.None;

    /// <summary>For the heading: <c>3, 1 unknown</c>; a list that goes on says so.</summary>
    public static string Count(ListAnswer<OrderRow> answer)
    {
        var unknown = answer.Items.Count(IsUnknown);
        return $"{answer.Items.Count:N0}{(answer.Next is null ? "" : "+")}{(unknown > 0 ? $", {unknown:N0} unknown" : "")}";
    }
}
