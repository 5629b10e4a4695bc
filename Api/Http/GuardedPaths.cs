namespace ControlPlane.Api.Http;

/// <summary>Everything that is not the page and its files: closed to callers without credentials, whatever the route says.</summary>
internal static class GuardedPaths
{
    private static readonly PathString[] s_roots = ["/api", "/openapi", "/hubs", "/metrics", "/orleans"];

    public static bool Contains(PathString path)
    {
        foreach (var root in s_roots)
        {
            if (path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }
}
