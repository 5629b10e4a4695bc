using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Storage;

/// <summary>Sees to it, before anything is read or written there, that the data folder is its owner's alone.</summary>
public static partial class DataFolderRights
{
    /// <exception cref="InvalidOperationException">Others have rights over it that can't be taken from them.</exception>
    public static void Narrow(string path, ILogger logger)
    {
        try
        {
            if (OwnerFolder.Narrow(path)) LogNarrowed(logger, path);
        }
        catch (IOException e)
        {
            throw new InvalidOperationException($"Other users have rights over the data folder {path}. {e.Message} Give the program a folder of its own (mode 0700).", e);
        }
    }

    [LoggerMessage(EventId = EventIds.DataFolderNarrowed, Level = LogLevel.Warning, Message = "Other users had rights over the data folder {DataFolder}: it is its owner's alone now (mode 0700).")]
    private static partial void LogNarrowed(ILogger logger, string dataFolder);
}
