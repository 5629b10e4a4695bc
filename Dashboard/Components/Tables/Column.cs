namespace ControlPlane.Dashboard.Components;

/// <summary>A column of a table.</summary>
/// <param name="Css">Its class, which its cells carry too.</param>
/// <param name="NewestFirst">Newest and most come first by themselves.</param>
/// <param name="Always">Can't be left out.</param>
public record Column(string Key, string Title, string Css, bool NewestFirst = false, bool Always = false)
{
    public bool IsNumber => Css.Contains(" num", StringComparison.Ordinal);

    /// <summary>The class by which a choice is remembered.</summary>
    public string Name => Css.Split(' ')[0];

    /// <summary>False where an order says nothing.</summary>
    public virtual bool IsSortable => true;

    /// <summary>The classes of its head.</summary>
    public virtual string HeadCss => Css;
}
