namespace ControlPlane.Dashboard.Components;

/// <summary>How something stands, as a colour. Never shown without its shape and word.</summary>
public enum Tone
{
    Unknown,
    None,
    Info,
    Ok,
    Degraded,
    Blocked,
}

/// <summary>The shape that goes with a tone, and those of buttons and places.</summary>
public enum Glyph
{
    None,
    Octagon,
    Triangle,
    Disc,
    Dashed,
    Diamond,
    Square,
    Dots,
    Tick,
    Cross,
    Bang,
    Dash,
    Bell,
    Copy,
    Gauge,
    Plug,
    Bot,
    Clock,
    List,
}

/// <summary>Tones and their forms in the page.</summary>
public static class Tones
{
    public static string Key(this Tone tone) => tone switch
    {
        Tone.Ok => "ok",
        Tone.Degraded => "degraded",
        Tone.Blocked => "blocked",
        Tone.Info => "info",
        Tone.None => "none",
        _ => "unknown",
    };
}
