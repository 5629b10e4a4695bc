namespace ControlPlane.Api.Live;

/// <summary>How far a reader has come. The system has a place of its own, so that rows never stand in front of it.</summary>
internal readonly record struct LiveCursor(long System, long Rows);
