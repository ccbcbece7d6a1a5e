package check

// SystemFiles are the files of --extra-opts that a system may have.
var SystemFiles = extraOptsFiles
