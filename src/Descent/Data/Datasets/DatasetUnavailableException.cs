namespace Descent.Data;

/// <summary>A data set is neither on this machine nor to be had: the message says which files are missing and where to put them.</summary>
public sealed class DatasetUnavailableException(string message) : IOException(message);
