namespace ControlPlane.Grains.Risk;

/// <summary>Arithmetic that answers null instead of throwing when the result is beyond what can be counted: a rule then refuses.</summary>
internal static class Amounts
{
    public static decimal? Times(decimal? a, decimal? b)
    {
        try
        {
            return a * b;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    public static decimal? Plus(decimal? a, decimal? b)
    {
        try
        {
            return a + b;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
